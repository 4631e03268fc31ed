using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>What QEMU says first on a monitor.</summary>
public sealed record QmpGreeting
{
    /// <summary>QEMU's version, for example 10.0.2.</summary>
    public required Version Version { get; init; }

    /// <summary>The distribution's suffix, for example <c>Debian 1:10.0.2+ds-2</c>; empty where there is none.</summary>
    public required string Package { get; init; }

    /// <summary>What the monitor offers, for example <c>oob</c>.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    internal static QmpGreeting Parse(JsonElement message)
    {
        try
        {
            JsonElement qmp = message.GetProperty("QMP");
            JsonElement version = qmp.GetProperty("version");
            JsonElement numbers = version.GetProperty("qemu");
            return new QmpGreeting
            {
                Version = new Version(
                    numbers.GetProperty("major").GetInt32(),
                    numbers.GetProperty("minor").GetInt32(),
                    numbers.GetProperty("micro").GetInt32()),
                Package = version.TryGetProperty("package", out JsonElement package) ? package.GetString() ?? "" : "",
                Capabilities = [.. qmp.GetProperty("capabilities").EnumerateArray().Select(c => c.ToString())],
            };
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new QmpProtocolException($"The first message is not a QMP greeting: {QmpText.Excerpt(message)}", error);
        }
    }
}
