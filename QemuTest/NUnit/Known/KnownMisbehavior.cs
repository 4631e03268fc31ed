namespace QemuTest.NUnit;

/// <summary>A misbehavior of QEMU that is known and described: an entry of a catalog. A test that meets it is reported as that finding. It
/// neither passes nor fails.</summary>
public sealed class KnownMisbehavior
{
    /// <summary>Between the versions of source and destination where they differ.</summary>
    internal const string BetweenVersions = " to ";

    /// <summary>Creates an entry.</summary>
    /// <param name="finding">The misbehavior in one line: its heading in <paramref name="document"/>.</param>
    /// <param name="document">The document that describes it: a path or an address.</param>
    /// <exception cref="ArgumentException">A text is empty, has several lines or has parentheses.</exception>
    public KnownMisbehavior(string finding, string document)
    {
        Finding = Checked(finding, nameof(finding));
        Document = Checked(document, nameof(document));
    }

    /// <summary>Gets the misbehavior in one line: its heading in <see cref="Document"/>.</summary>
    public string Finding { get; }

    /// <summary>Gets the document that describes it.</summary>
    public string Document { get; }

    /// <summary>Gets the areas (<see cref="AreaAttribute"/>) whose tests may meet it. Default: empty, which is every test that the catalog
    /// applies to.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>Gets the first version without the misbehavior; null if there is none, or if it is not known.</summary>
    public string? FixedIn { get; init; }

    /// <summary>Gets whether a test that meets it once meets it every time. Then the test is not run again. Default: false, as for a race.</summary>
    public bool Always { get; init; }

    /// <summary>Gets the crashes of QEMU by which a test meets it. They apply to every test of the areas.</summary>
    public IReadOnlyList<CrashSignature> Crashes { get; init; } = [];

    /// <summary>Gets the texts on QEMU's standard error by which a failed test meets it. They apply to every test of the areas.</summary>
    public IReadOnlyList<OutputSignature> Outputs { get; init; } = [];

    /// <summary>Gets the right outcomes of the test that provokes it; empty if no test does.</summary>
    /// <seealso cref="QemuBaseTest.AssertRight"/>
    public IReadOnlyList<string> RightOutcomes { get; init; } = [];

    /// <summary>Gets the wrong outcomes of the test that provokes it. They do not apply to other tests, where the same outcome may be
    /// right, or may have a cause in the test.</summary>
    public IReadOnlyList<WrongOutcome> WrongOutcomes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Finding} ({Document})";

    /// <summary>Describes where it was seen: whether the version is a new one, and where it is fixed. Two versions are not new where each
    /// was seen alone.</summary>
    internal string Seen(string version, IReadOnlyList<string> seenIn)
    {
        string before = seenIn.Count == 0 ? "never" : string.Join("; ", seenIn);
        return seenIn.Contains(version) || version.Split(BetweenVersions).All(seenIn.Contains)
            ? $"seen on {version}, as before"
            : $"seen on {version} for the first time (before: {before}{(FixedIn is null ? "" : $"; fixed in {FixedIn}")})";
    }

    // The reason of a test result has the finding, then the document in parentheses.
    private static string Checked(string text, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, name);
        return text.AsSpan().ContainsAny('(', ')', '\n')
            ? throw new ArgumentException($"'{text}' has a parenthesis or a line break.", name)
            : text;
    }
}
