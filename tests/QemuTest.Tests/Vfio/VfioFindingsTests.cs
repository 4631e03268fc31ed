using System.Text.RegularExpressions;
using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>The catalog of VFIO and its document say the same.</summary>
[Quick]
public sealed partial class VfioFindingsTests
{
    private const string Document = "docs/qemu-findings.md";
    private const string NoEntry = "No entry in the catalog: ";

    private static readonly Dictionary<string, string> Sections = File.ReadAllText(Path.Combine(Checkout.Root, Document))
        .Split("\n## ")[1..]
        .ToDictionary(section => section[..section.IndexOf('\n', StringComparison.Ordinal)]);

    private static IEnumerable<string> Headings => Sections.Keys;

    private static IEnumerable<KnownMisbehavior> Entries => VfioFindings.All;

    [TestCaseSource(nameof(Headings))]
    public void A_section_has_an_entry_or_says_why_not(string heading)
    {
        bool hasEntry = VfioFindings.All.Any(known => known.Finding == heading);

        Assert.That(hasEntry, Is.Not.EqualTo(Sections[heading].Contains(NoEntry, StringComparison.Ordinal)), $"an entry, or '{NoEntry}'");
    }

    [TestCaseSource(nameof(Entries))]
    public void An_entry_has_a_section_that_names_its_versions(KnownMisbehavior known)
    {
        Assert.That(known.Document, Is.EqualTo(Document));
        Assert.That(Sections, Does.ContainKey(known.Finding));

        string section = Sections[known.Finding];
        IEnumerable<string> versions = known.Crashes.SelectMany(crash => crash.SeenIn)
            .Concat(known.WrongOutcomes.SelectMany(wrong => wrong.SeenIn))
            .Append(known.FixedIn ?? "")
            .SelectMany(text => Version().Matches(text).Select(match => match.Value));
        using (Assert.EnterMultipleScope())
        {
            foreach (string version in versions.Distinct())
                Assert.That(section, Does.Contain(version));
            foreach (CrashSignature crash in known.Crashes)
                Assert.That(section, Does.Contain($"{crash}"));
        }
    }

    [TestCaseSource(nameof(Entries))]
    public void An_entry_can_be_met(KnownMisbehavior known)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.Crashes.Count + known.WrongOutcomes.Count, Is.Positive);
            Assert.That(known.RightOutcomes.Count > 0, Is.EqualTo(known.WrongOutcomes.Count > 0), "right and wrong outcomes come together");
            Assert.That(known.WrongOutcomes.Select(wrong => wrong.Outcome), Is.Unique.And.None.AnyOf(known.RightOutcomes.Append("").ToArray<object>()));
            Assert.That(known.Areas, Is.EquivalentTo(new[] { "Vfio", "VfioHost" }));
        }
    }

    [TestCase(typeof(VfioMigrationTest), "Vfio")]
    [TestCase(typeof(VfioHostTest), "VfioHost")]
    public void Every_VFIO_test_is_in_an_area_of_the_catalog(Type fixture, string area)
    {
        object[] attributes = fixture.GetCustomAttributes(inherit: true);

        Assert.That(attributes.OfType<KnownMisbehaviorsAttribute<VfioFindings>>(), Is.Not.Empty);
        Assert.That(attributes.OfType<AreaAttribute>().SelectMany(attribute => attribute.Properties["Area"].Cast<string>()), Does.Contain(area));
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Version();
}
