using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>A fake monitor that returns one prepared reply and records the command.</summary>
internal sealed class RecordingServer(string answer = "{}") : IQmpExecutor
{
    public string? Command { get; private set; }

    public string? Arguments { get; private set; }

    public Task<JsonElement> ExecuteAsync(
        string command, JsonElement? arguments = null, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        Command = command;
        Arguments = arguments?.GetRawText();
        return Task.FromResult(JsonDocument.Parse(answer).RootElement);
    }
}
