using System.Text.RegularExpressions;

namespace QemuTest.Processes;

/// <summary>Quotes command lines so that they can be pasted into a shell.</summary>
internal static partial class ShellQuoting
{
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    public static string Quote(string word) =>
        Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_@%+=:,./-]+$")]
    private static partial Regex Plain();
}
