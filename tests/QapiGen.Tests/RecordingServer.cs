using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>A stand-in for a monitor that returns one prepared answer and remembers what it was asked.</summary>
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
