namespace QemuTest.Assets;

/// <summary>
/// Replaces addresses at sites behind a proxy. <c>QEMU_TEST_ASSET_MIRRORS</c> holds <c>PREFIX=REPLACEMENT</c> pairs, separated by spaces.
/// The longest matching prefix is replaced, in every requested address, redirects included.
/// </summary>
internal sealed class MirrorRules
{
    public const string Variable = "QEMU_TEST_ASSET_MIRRORS";

    private readonly List<(string Prefix, string Replacement)> _rules = [];

    /// <exception cref="ArgumentException">A rule is malformed.</exception>
    public static MirrorRules Parse(string? text)
    {
        var rules = new MirrorRules();
        foreach (string rule in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // The prefix is an address, and its query may have a '='. So the separator is "=http" or "=file:".
            int separator = rule.IndexOf("=http", StringComparison.Ordinal) is var http and >= 0
                ? http
                : rule.IndexOf("=file:", StringComparison.Ordinal);
            if (separator <= 0 || !Uri.TryCreate(rule[(separator + 1)..], UriKind.Absolute, out _))
            {
                throw new ArgumentException(
                    $"{Variable}: '{rule}' is not a rule. Write PREFIX=REPLACEMENT, for example https://github.com/=https://proxy.example/github/");
            }

            rules._rules.Add((rule[..separator], rule[(separator + 1)..]));
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
