using System.Text.Json;
using System.Text.Json.Nodes;

namespace QemuTest.Qmp;

/// <summary>Untyped commands, for what the typed vocabulary does not have.</summary>
public static class QmpExecutorExtensions
{
    /// <summary>Runs a command with arguments put together as a JSON object.</summary>
    /// <inheritdoc cref="IQmpExecutor.ExecuteAsync"/>
    public static Task<JsonElement> ExecuteAsync(
        this IQmpExecutor monitor,
        string command,
        JsonObject arguments,
        QmpCommandOptions? options = null,
        CancellationToken cancellationToken = default) =>
        monitor.ExecuteAsync(command, JsonElement.Parse(arguments.ToJsonString()), options, cancellationToken);
}
