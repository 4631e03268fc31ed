using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Debugging;

/// <summary>Parses numbers in GDB's output, for example <c>0xfff0</c> or <c>(void (*)()) 0xfff0</c>.</summary>
internal static partial class GdbNumber
{
    /// <summary>Gets the first hexadecimal number in a text; null if there is none.</summary>
    public static ulong? Parse(string text) => Hexadecimal().Match(text) is { Success: true } match
        ? ulong.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex("0x([0-9a-fA-F]{1,16})")]
    private static partial Regex Hexadecimal();
}
