using System.Text.Json;

namespace QemuTest.Tests.Qmp;

/// <summary>A command received by a <see cref="ScriptedMonitor"/>.</summary>
internal sealed record ScriptedCommand(JsonElement Message)
{
    public bool OutOfBand => Message.TryGetProperty("exec-oob", out _);

    public string Name => Message.GetProperty(OutOfBand ? "exec-oob" : "execute").GetString()!;

    public string Id => Message.GetProperty("id").GetString()!;

    public JsonElement? Arguments => Message.TryGetProperty("arguments", out JsonElement arguments) ? arguments : null;
}
