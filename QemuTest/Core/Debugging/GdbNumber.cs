using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Debugging;

/// <summary>Numbers as GDB prints them, for example <c>0xfff0</c> or <c>(void (*)()) 0xfff0</c>.</summary>
internal static partial class GdbNumber
{
    /// <summary>The first hexadecimal number of a text, or null. Upstream: <c>get_addr</c>.</summary>
    public static ulong? Parse(string text) => Hexadecimal().Match(text) is { Success: true } match
        ? ulong.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex("0x([0-9a-fA-F]{1,16})")]
    private static partial Regex Hexadecimal();
}
