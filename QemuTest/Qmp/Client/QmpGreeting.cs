using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>The first message of a QMP monitor.</summary>
public sealed record QmpGreeting
{
    /// <summary>Gets QEMU's version, for example 10.0.2.</summary>
    public required Version Version { get; init; }

    /// <summary>Gets the package suffix of the version, for example <c>Debian 1:10.0.2+ds-2</c>; empty if there is none.</summary>
    public required string Package { get; init; }

    /// <summary>Gets the capabilities of the monitor, for example <c>oob</c>.</summary>
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
