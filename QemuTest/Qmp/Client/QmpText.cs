using System.Buffers;
using System.Text;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Shortens messages: a reply of 10 MB must not become an error of 10 MB.</summary>
internal static class QmpText
{
    private const int Longest = 400;

    public static string Excerpt(JsonElement message) => Shorten(message.GetRawText());

    public static string Excerpt(ReadOnlySequence<byte> bytes)
    {
        ReadOnlySequence<byte> start = bytes.Slice(0, Math.Min(bytes.Length, Longest * 4));
        return Shorten(Encoding.UTF8.GetString(start), bytes.Length);
    }

    public static string Shorten(string text, long? wholeLength = null) => text.Length <= Longest
        ? text
        : $"{text[..Longest]}… ({wholeLength ?? text.Length} bytes in all)";
}
