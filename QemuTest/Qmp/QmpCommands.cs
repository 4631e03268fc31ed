using System.Text.Json;
using System.Text.Json.Nodes;

namespace QemuTest.Qmp;

/// <summary>The commands that the framework itself uses, by name.</summary>
public static class QmpCommands
{
    /// <summary>Runs a command of the human monitor.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="commandLine">What a person would type.</param>
    /// <param name="options">Deadline and more.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>What a person would see; errors of the human monitor are text too.</returns>
    public static async Task<string> HumanMonitorCommandAsync(
        this IQmpExecutor monitor, string commandLine, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        JsonElement text = await monitor.ExecuteAsync(
            "human-monitor-command", new JsonObject { ["command-line"] = commandLine }, options, cancellationToken).ConfigureAwait(false);
        return text.GetString()!;
    }

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
