namespace QemuTest.Assets;

/// <summary>
/// A member of a distribution package: <c>apt:NAME[:ARCH][=VERSION]/MEMBER[?suite=SUITE]</c>. Without ARCH it is the machine's own (or
/// an <c>Architecture: all</c> package), without VERSION the newest of the suite, without SUITE the machine's own.
/// </summary>
internal sealed record AptReference(string Package, string? Architecture, string? Version, string Member, string? Suite)
{
    private const string Scheme = "apt:";
    private const string SuiteMark = "?suite=";

    /// <summary>Package and architecture as apt writes them.</summary>
    public string QualifiedPackage => Architecture is null ? Package : $"{Package}:{Architecture}";

    public static AptReference Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            throw Malformed(text);
        string rest = text[Scheme.Length..];
        string? suite = null;
        if (rest.LastIndexOf(SuiteMark, StringComparison.Ordinal) is var mark and >= 0)
            (rest, suite) = (rest[..mark], rest[(mark + SuiteMark.Length)..]);

        // A version has no slash, a package name neither; the member is all behind the first.
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

    // They become arguments of apt-get: nothing that could be taken for an option or a path.
    private static bool IsToken(string part) =>
        part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || ".+-~:".Contains(c, StringComparison.Ordinal));

    private static ArgumentException Malformed(string text) =>
        new($"'{text}' is no apt source; write apt:NAME[:ARCH][=VERSION]/MEMBER[?suite=SUITE], for example " +
            "apt:busybox-static:arm64=1:1.35.0-4+b1/bin/busybox?suite=bookworm");
}
