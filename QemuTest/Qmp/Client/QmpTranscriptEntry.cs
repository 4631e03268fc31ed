using System.Globalization;

namespace QemuTest.Qmp;

/// <summary>One entry of a transcript.</summary>
/// <param name="Time">The time of sending or receiving, UTC.</param>
/// <param name="Direction">The direction, or <see cref="QmpDirection.Remark"/>.</param>
/// <param name="Text">The message; a very long one is shortened.</param>
public sealed record QmpTranscriptEntry(DateTimeOffset Time, QmpDirection Direction, string Text)
{
    /// <summary>Gets one line, with <c>--&gt;</c> for a sent and <c>&lt;--</c> for a received message.</summary>
    public override string ToString()
    {
        string marker = Direction switch
        {
            QmpDirection.Sent => "-->",
            QmpDirection.Received => "<--",
            _ => "---",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.ffffff} {marker} {Text}");
    }
}
