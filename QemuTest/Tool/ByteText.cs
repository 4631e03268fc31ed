using System.Globalization;

namespace QemuTest.Tool;

/// <summary>Numbers of bytes with a unit.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Format(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    /// <summary>Parses a number of bytes, or a number with K, M, G or T (powers of 1024). Returns null for any other text.</summary>
    public static long? Parse(string text)
    {
        int unit = text.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        return long.TryParse(unit < 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number < 1L << 40
            ? number << (10 * (unit + 1))
            : null;
    }
}
