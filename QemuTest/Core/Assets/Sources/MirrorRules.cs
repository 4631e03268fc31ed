namespace QemuTest.Assets;

/// <summary>
/// Rewrites addresses for sites behind a proxy: <c>QEMU_TEST_ASSET_MIRRORS</c> holds <c>PREFIX=REPLACEMENT</c> pairs, divided by
/// blanks; the longest prefix that fits is replaced. It is applied to each address that is asked, also behind a redirect.
/// </summary>
internal sealed class MirrorRules
{
    public const string Variable = "QEMU_TEST_ASSET_MIRRORS";

    private readonly List<(string Prefix, string Replacement)> _rules = [];

    public static MirrorRules Parse(string? text)
    {
        MirrorRules rules = new();
        foreach (string rule in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // The prefix is an address, so its first '=' behind the scheme would be one of a query; the divider is "=http" or "=file".
            int divider = rule.IndexOf("=http", StringComparison.Ordinal) is var http and >= 0
                ? http
                : rule.IndexOf("=file:", StringComparison.Ordinal);
            if (divider <= 0 || !Uri.TryCreate(rule[(divider + 1)..], UriKind.Absolute, out _))
            {
                throw new ArgumentException(
                    $"{Variable}: '{rule}' is no rule; write PREFIX=REPLACEMENT, for example https://github.com/=https://proxy.example/github/");
            }

            rules._rules.Add((rule[..divider], rule[(divider + 1)..]));
        }

        return rules;
    }

    public Uri Apply(Uri address)
    {
        string text = address.AbsoluteUri;
        foreach ((string prefix, string replacement) in _rules.OrderByDescending(rule => rule.Prefix.Length))
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
                return new Uri(replacement + text[prefix.Length..]);
        }

        return address;
    }
}
