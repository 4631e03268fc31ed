using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Something that runs QMP commands by name: a monitor, or a stand-in for one.</summary>
public interface IQmpExecutor
{
    /// <summary>Runs one command and returns what the monitor returned.</summary>
    /// <param name="command">The command's name as QEMU spells it, for example <c>query-status</c>.</param>
    /// <param name="arguments">A JSON object, or null for none.</param>
    /// <param name="options">Deadline, out-of-band execution, file descriptors; null for the defaults.</param>
    /// <param name="cancellationToken">Gives the wait up; the command itself may still be carried out.</param>
    /// <returns>The reply's <c>return</c> member.</returns>
    /// <exception cref="QmpCommandException">QEMU answered with an error.</exception>
    /// <exception cref="QmpTimeoutException">No reply arrived within the deadline.</exception>
    /// <exception cref="QmpDisconnectedException">The connection ended before the reply.</exception>
    /// <exception cref="QmpProtocolException">The peer sent something that is not QMP.</exception>
    Task<JsonElement> ExecuteAsync(
        string command,
        JsonElement? arguments = null,
        QmpCommandOptions? options = null,
        CancellationToken cancellationToken = default);
}
