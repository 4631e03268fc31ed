namespace QemuTest.Assets;

/// <summary>
/// A member of a distribution package: <c>apt:NAME[:ARCH][=VERSION]/MEMBER[?suite=SUITE]</c>. The defaults are the machine's architecture (or
/// <c>Architecture: all</c>), the newest version of the suite, and the machine's suite.
/// </summary>
internal sealed record AptReference(string Package, string? Architecture, string? Version, string Member, string? Suite)
{
    private const string Scheme = "apt:";
    private const string SuiteMark = "?suite=";

    /// <summary>The package and its architecture in the form of apt.</summary>
    public string QualifiedPackage => Architecture is null ? Package : $"{Package}:{Architecture}";

    /// <exception cref="ArgumentException">The text is malformed.</exception>
    public static AptReference Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            throw Malformed(text);
        string rest = text[Scheme.Length..];
        string? suite = null;
        if (rest.LastIndexOf(SuiteMark, StringComparison.Ordinal) is var mark and >= 0)
            (rest, suite) = (rest[..mark], rest[(mark + SuiteMark.Length)..]);

        // Neither a version nor a package name has a slash. The member is the text after the first one.
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == rest.Length - 1)
            throw Malformed(text);
        string[] pin = rest[..slash].Split('=', 2);
        string[] name = pin[0].Split(':', 2);
        if (name.Concat(pin.Skip(1)).Append(suite ?? "x").Any(part => !IsToken(part)))
            throw Malformed(text);
        return new AptReference(name[0], name.ElementAtOrDefault(1), pin.ElementAtOrDefault(1), rest[(slash + 1)..], suite);
    }

    public override string ToString() =>
        $"{Scheme}{QualifiedPackage}{(Version is null ? "" : $"={Version}")}/{Member}{(Suite is null ? "" : SuiteMark + Suite)}";

    // The parts become arguments of apt-get, so they must not look like an option or a path.
    private static bool IsToken(string part) =>
        part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || ".+-~:".Contains(c, StringComparison.Ordinal));

    private static ArgumentException Malformed(string text) =>
        new($"'{text}' is not an apt source. Write apt:NAME[:ARCH][=VERSION]/MEMBER[?suite=SUITE], for example " +
            "apt:busybox-static:arm64=1:1.35.0-4+b1/bin/busybox?suite=bookworm");
}
