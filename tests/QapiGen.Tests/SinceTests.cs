using System.Globalization;
using System.Text.RegularExpressions;
using QemuTest.NUnit;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Tests;

/// <summary>The package's schema says since when each part exists that is newer than QEMU 7.2, the oldest version that is supported.</summary>
[Thorough]
internal sealed partial class SinceTests
{
    private static readonly Version Oldest = new(7, 2);

    [Test]
    public async Task The_schema_has_the_versions_of_QEMUs_own_schema()
    {
        Schema theirs = Schema.Load(Path.Combine(await Checkout.QemuSourceAsync("newest"), "qapi", "qapi-schema.json"));
        Dictionary<string, DocComment> docs = theirs.Docs.Where(doc => doc.Symbol is not null).GroupBy(doc => doc.Symbol!).ToDictionary(same => same.Key, same => same.First());
        List<string> wrong = [];
        int checkedParts = 0;
        foreach (DocComment doc in Schema.Load(Checkout.At("eng", "QapiGen", "schema", "qmp.json")).Docs)
        {
            if (doc.Symbol is null || !docs.TryGetValue(doc.Symbol, out DocComment? reference))
                continue;
            Compare(doc.Symbol, SinceOf(doc), SinceOf(reference));
            foreach (DocSection member in doc.Sections.Where(section => section.Kind == DocKind.Member))
                Compare($"{doc.Symbol}.{member.Name}", SinceOf(member), SinceOf(reference.Find(DocKind.Member, member.Name!)));
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(checkedParts, Is.GreaterThan(20), "parts newer than 7.2");

        void Compare(string part, Version? ours, Version? reference)
        {
            Version? expected = reference > Oldest ? reference : null;
            if (expected is not null)
                checkedParts++;
            if (ours != expected)
                wrong.Add($"{part}: since {ours?.ToString() ?? "always"}, in QEMU's schema {expected?.ToString() ?? "always"}");
        }
    }

    private static Version? SinceOf(DocComment doc) => Parse(doc.Sections.FirstOrDefault(section => section.Kind == DocKind.Since)?.Text);

    private static Version? SinceOf(DocSection? member) => member is null ? null : Parse(InParentheses().Match(member.Text).Groups[1].Value);

    private static Version? Parse(string? text)
    {
        string[] parts = (text ?? "").Trim().Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int major) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int minor)
            ? new(major, minor)
            : null;
    }

    [GeneratedRegex(@"\([Ss]ince:?\s+([\d.]+)\)")]
    private static partial Regex InParentheses();
}
