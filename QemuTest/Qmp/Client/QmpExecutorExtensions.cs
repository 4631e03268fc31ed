using System.Text.Json;
using System.Text.Json.Nodes;

namespace QemuTest.Qmp;

/// <summary>Runs commands without a typed method.</summary>
public static class QmpExecutorExtensions
{
    /// <summary>Runs a command with a JSON object as arguments.</summary>
    /// <inheritdoc cref="IQmpExecutor.ExecuteAsync"/>
    public static Task<JsonElement> ExecuteAsync(
        this IQmpExecutor monitor,
        string command,
        JsonObject arguments,
        QmpCommandOptions? options = null,
        CancellationToken cancellationToken = default) =>
        monitor.ExecuteAsync(command, JsonElement.Parse(arguments.ToJsonString()), options, cancellationToken);
}
