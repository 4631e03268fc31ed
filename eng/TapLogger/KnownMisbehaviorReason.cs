using System.Text.RegularExpressions;

namespace QemuTest.Tap;

/// <summary>The reason of a test that met a known misbehavior of QEMU. Test platforms have no such verdict: they count the test as
/// skipped, and its reason says what it is.</summary>
/// <param name="Finding">The misbehavior, and the document that describes it.</param>
/// <param name="Detail">What the test saw.</param>
internal sealed partial record KnownMisbehaviorReason(string Finding, string Detail)
{
    /// <summary>Reads the reason of a skipped test, which may follow other output of the test. Null if it is any other reason.</summary>
    public static KnownMisbehaviorReason? Read(string text) =>
        Pattern().Match(text) is { Success: true } match ? new(match.Groups["finding"].Value, match.Groups["detail"].Value.TrimEnd()) : null;

    [GeneratedRegex(@"^known misbehavior: (?<finding>[^\n]+? \([^()\n]+\)): (?<detail>.*)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
