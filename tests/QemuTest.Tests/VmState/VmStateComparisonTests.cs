using QemuTest.Migration;
using QemuTest.NUnit;

namespace QemuTest.Tests.VmState;

/// <summary>Each kind of finding, with the text of QEMU's checker; accepted differences; and QEMU's <c>bad_vmstate</c>.</summary>
[Quick]
public sealed class VmStateComparisonTests
{
    [Test]
    public void Equal_descriptions_have_no_findings()
    {
        string dump = Section("dev", Description("state", Field("a", 4), Field("b", 2)));

        Assert.That(Compare(dump, dump), Is.Empty);
    }

    [Test]
    public void A_bad_destination_gives_all_findings_in_the_order_of_the_source()
    {
        string inner = Description("inner", Field("x", 1));
        string source = Dump(
            """ "vmschkmachine": {"Name": "pc-2.1"} """,
            Section("gone", Description("gone", Field("a", 1))),
            Section("old", Description("core", Field("status", 4)), version: 2),
            Section("bare", Description("multi", Field("a", 1))),
            Section("flat", Description("hda", Struct("pci", inner))),
            Section("flash", Description("pfl", Field("a", 1))),
            Section("short", Description("dev", Field("a", 1), Field("irq_state", 16))),
            Section("minimum", Description("piix", Field("a", 1), Subsection("piix/x"))),
            Section("renamed", Description("tpci", Field("a", 1))),
            Section("floppy", Description("fdc", version: 2, Field("a", 1), Subsection("fdc/rate"))),
            Section("kbd", Description("kbd", Field("keycodes", 4))));
        string destination = Dump(
            """ "vmschkmachine": {"Name": "pc-2.2"} """,
            Section("old", Description("core", Field("status_pending", 4)), version: 1),
            Section("bare", """{"name": "multi", "version_id": 1, "minimum_version_id": 1}"""),
            Section("flat", Description("hda", Field("pci", 1))),
            """ "flash": {"Name": "flash", "version_id": 1, "minimum_version_id": 1} """,
            Section("short", Description("dev", Field("a", 1))),
            Section("minimum", """{"name": "piix", "version_id": 3, "minimum_version_id": 2, "Fields": [{"field": "a", "version_id": 0, "size": 1}]}"""),
            Section("renamed", Description("tpci2", Field("a", 1))),
            Section("floppy", Description("fdc", version: 1, Field("a", 1), Subsection("fdc/other"))),
            Section("kbd", Description("kbd", Field("keycodes", 2))));

        VmStateReport report = VmStateComparison.Compare(source, destination);

        Assert.That(report.ToString().Split('\n'), Is.EqualTo(new[]
        {
            "Warning: checking incompatible machine types: \"pc-2.1\", \"pc-2.2\"",
            "Section \"gone\" does not exist in dest",
            "Section \"old\" version error: 2 > 1",
            "Section \"old\", Description \"core\": expected field \"status\", got \"status_pending\"; skipping rest",
            "Section \"bare\" Description \"multi\": Entry \"Fields\" missing",
            "Section \"flat\", Description \"hda\", Field \"pci\": missing description",
            "Section \"flash\": Entry \"Description\" missing",
            "Section \"short\", Description \"dev\": expected field \"irq_state\", while dest has no further fields",
            "Section \"minimum\" Description \"piix\": minimum version error: 1 < 2",
            "Section \"minimum\" Description \"piix\": Entry \"Subsections\" missing",
            "Section \"renamed\": Description \"tpci\" missing, got \"tpci2\" instead; skipping",
            "Section \"floppy\" Description \"fdc\": version error: 2 > 1",
            "Section \"floppy\", Description \"fdc\": Subsection \"fdc/rate\" not found",
            "Section \"kbd\" Description \"kbd\" Field \"keycodes\" size mismatch: 4 , 2",
        }));
        Assert.That(report.Findings, Has.Count.EqualTo(13));
    }

    [Test]
    public void Known_renames_of_sections_descriptions_and_fields_are_accepted() => Assert.Multiple(() =>
    {
        Assert.That(
            Compare(Section("ICH9 LPC", Description("lpc", Field("a", 1))), Section("ICH9-LPC", Description("lpc", Field("a", 1)))), Is.Empty);
        Assert.That(
            Compare(Section("ioh3420", Description("PCIDevice", Field("a", 1))), Section("ioh3420", Description("PCIEDevice", Field("a", 1)))), Is.Empty);
        Assert.That(
            Compare(Section("hpet", Description("hpet", Field("num_timers", 1))), Section("hpet", Description("hpet", Field("num_timers_save", 1)))), Is.Empty);
    });

    [Test]
    public void Fields_that_moved_into_or_out_of_a_structure_are_accepted()
    {
        string open = Section("dev", Description("dev", Field("a", 1), Field("b", 2), Field("c", 4)));
        string nested = Section("dev", Description("dev", Struct("s", Description("inner", Field("a", 1), Field("b", 2))), Field("c", 4)));

        Assert.Multiple(() =>
        {
            Assert.That(Compare(open, nested), Is.Empty);
            Assert.That(Compare(nested, open), Is.Empty);
        });
    }

    [Test]
    public void Unused_bytes_match_fields_of_the_same_size_only()
    {
        string fields = Section("dev", Description("dev", Field("a", 1), Field("b", 2), Field("c", 4)));
        string unused = Section("dev", Description("dev", Field("unused", 1, count: 3), Field("c", 4)));
        string tooFew = Section("dev", Description("dev", Field("unused", 2), Field("c", 4)));
        string tooMany = Section("dev", Description("dev", Field("unused", 20)));

        Assert.Multiple(() =>
        {
            Assert.That(Compare(fields, unused), Is.Empty);
            Assert.That(Compare(unused, fields), Is.Empty);
            Assert.That(Compare(fields, tooFew), Is.EqualTo(new[] { "Section \"dev\", Description \"dev\": unused size mismatch near \"b\"" }));
            Assert.That(Compare(tooFew, fields), Is.EqualTo(new[] { "Section \"dev\", Description \"dev\": unused size mismatch near \"b\"" }));
            Assert.That(Compare(fields, tooMany), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void A_field_is_on_the_wire_from_its_version_on()
    {
        string grown = Section("rtc", Description("rtc", version: 3, Field("a", 1), Field("b", 2, since: 2), Field("c", 4, since: 3)));
        string always = Section("rtc", Description("rtc", version: 3, Field("a", 1), Field("b", 2), Field("c", 4)));
        string before = Section("rtc", Description("rtc", version: 2, Field("a", 1), Field("b", 2, since: 2)));

        Assert.Multiple(() =>
        {
            Assert.That(Compare(grown, always), Is.Empty, "QEMU dropped the old versions");
            Assert.That(Compare(always, grown), Is.Empty);
            Assert.That(Compare(before, grown), Is.Empty, "the destination does not expect a field of a later version");
            Assert.That(Compare(before, always), Is.Not.Empty, "the destination expects a field that the source does not send");
        });
    }

    [Test]
    public void A_structure_is_read_by_the_version_of_the_destination()
    {
        string before = Section("dev", Description("dev", Struct("s", Description("inner", version: 1, Field("a", 1)))));
        string grown = Section("dev", Description("dev", Struct("s", Description("inner", version: 2, Field("a", 1), Field("b", 1, since: 2))), Field("c", 1)));

        Assert.That(Compare(grown, before), Is.Not.Empty);
    }

    [Test]
    public void A_conditional_field_of_the_destination_can_be_absent()
    {
        string plain = Section("dev", Description("dev", Field("a", 1), Field("c", 4)));
        string conditional = Section("dev", Description("dev", Field("a", 1), Field("b", 2, conditional: true), Field("c", 4)));

        Assert.That(Compare(plain, conditional), Is.Empty);
        Assert.That(Compare(conditional, plain), Is.Not.Empty, "the source may send the field");
    }

    [Test]
    public void A_device_that_cannot_migrate_sends_nothing()
    {
        string named = Section("nvme", """{"name": "nvme", "version_id": 0, "minimum_version_id": 0}""", version: 0);
        string described = Section("nvme", """{"name": "nvme", "version_id": 1, "minimum_version_id": 1, "Fields": []}""");

        Assert.That(Compare(named, described), Is.Empty);
    }

    private static IReadOnlyList<string> Compare(string source, string destination) =>
        VmStateComparison.Compare(Dump(source), Dump(destination)).Findings;

    private static string Dump(params string[] sections) =>
        sections is [['{', ..]] ? sections[0] : "{" + string.Join(',', sections) + "}";

    private static string Section(string name, string description, int version = 1) =>
        $$"""
        "{{name}}": {"Name": "{{name}}", "version_id": {{version}}, "minimum_version_id": 1, "Description": {{description}}}
        """;

    private static string Description(string name, params string[] parts) => Description(name, version: 1, parts);

    private static string Description(string name, int version, params string[] parts)
    {
        string fields = string.Join(',', parts.Where(p => p.StartsWith("{\"field\"", StringComparison.Ordinal)));
        string subsections = string.Join(',', parts.Where(p => !p.StartsWith("{\"field\"", StringComparison.Ordinal)));
        return $$"""{"name": "{{name}}", "version_id": {{version}}, "minimum_version_id": 1, "Fields": [{{fields}}]"""
            + (subsections.Length == 0 ? "}" : $$""", "Subsections": [{{subsections}}]}""");
    }

    private static string Subsection(string name) => Description(name, Field("a", 1));

    private static string Field(string name, int size, int count = 1, int since = 0, bool conditional = false) =>
        $$"""{"field": "{{name}}", "version_id": {{since}}, "field_exists": {{(conditional ? "true" : "false")}}, "size": {{size}}, "num": {{count}}}""";

    private static string Struct(string name, string description) =>
        $$"""{"field": "{{name}}", "version_id": 0, "field_exists": false, "size": 9, "Description": {{description}}}""";
}
