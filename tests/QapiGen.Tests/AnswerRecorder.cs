using System.Text.Json;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>Passes commands on to a monitor and keeps the last answer.</summary>
internal sealed class AnswerRecorder(IQmpExecutor monitor) : IQmpExecutor
{
    public string? Answer { get; private set; }

    public async Task<JsonElement> ExecuteAsync(
        string command, JsonElement? arguments = null, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        JsonElement answer = await monitor.ExecuteAsync(command, arguments, options, cancellationToken);
        Answer = answer.GetRawText();
        return answer;
    }
}
