using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Runs QMP commands by name: a monitor or a fake monitor.</summary>
public interface IQmpExecutor
{
    /// <summary>Runs one command and returns its result.</summary>
    /// <param name="command">The name of the command as QEMU spells it, for example <c>query-status</c>.</param>
    /// <param name="arguments">A JSON object, or null for none.</param>
    /// <param name="options">Timeout, out-of-band execution and file descriptors, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    /// <returns>The <c>return</c> member of the reply.</returns>
    /// <exception cref="QmpCommandException">QEMU answers with an error.</exception>
    /// <exception cref="QmpTimeoutException">No reply arrives within the timeout.</exception>
    /// <exception cref="QmpDisconnectedException">The connection ends before the reply.</exception>
    /// <exception cref="QmpProtocolException">The peer sends something that is not QMP.</exception>
    Task<JsonElement> ExecuteAsync(
        string command,
        JsonElement? arguments = null,
        QmpCommandOptions? options = null,
        CancellationToken cancellationToken = default);
}
