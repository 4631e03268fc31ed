using System.Text.RegularExpressions;

namespace QemuTest.QapiGen.Tests;

/// <summary>Converts an error of QEMU's generator, with several lines, to the one line of ours.</summary>
internal static partial class GoldenError
{
    public static string OnOneLine(string error)
    {
        string[] lines = error.TrimEnd('\n').Split('\n');
        int start = Array.FindIndex(lines, line => !line.StartsWith("In file included from ", StringComparison.Ordinal));
        string context = "";
        if (Context().Match(lines[start]) is { Success: true } inside)
        {
            context = inside.Groups[1].Value + ": ";
            start++;
        }

        // The only error without a line is a missing root schema.
        Match place = Place().Match(lines[start]);
        if (!place.Success)
            return $"missing-schema.json:1: {lines[start]}\n";
        string message = place.Groups["message"].Value;
        if (lines.Length > start + 1)
        {
            string more = Place().Match(lines[^1]) is { Success: true } previous
                ? $" (previous definition at {previous.Groups["file"].Value}:{previous.Groups["line"].Value})"
                : lines[start + 1];
            string joint = more.StartsWith(' ') ? "" : message.EndsWith('.') ? " " : ". ";
            message += joint + more;
        }

        string column = place.Groups["column"].Success ? $" (column {place.Groups["column"].Value})" : "";
        IEnumerable<string> included = lines.TakeWhile(line => line.StartsWith("In file", StringComparison.Ordinal));
        return string.Concat(included.Select(line => line + "\n"))
            + $"{place.Groups["file"].Value}:{place.Groups["line"].Value}: {context}{message}{column}\n";
    }

    [GeneratedRegex("^[^:]+: (In .*):$")]
    private static partial Regex Context();

    [GeneratedRegex(@"^(?<file>[^:]+):(?<line>\d+)(:(?<column>\d+))?: (?<message>.*)$")]
    private static partial Regex Place();
}
