using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Fixtures;

/// <summary>The catalog of ordinary machines and its document say the same.</summary>
[Quick]
public sealed class MachineFindingsTests
{
    private static readonly Dictionary<string, string> Sections = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "qemu-findings-machines.md"))
        .Split("\n## ")[1..]
        .ToDictionary(section => section[..section.IndexOf('\n', StringComparison.Ordinal)]);

    [Test]
    public void Each_section_has_an_entry_and_each_entry_a_section() =>
        Assert.That(MachineFindings.All.Select(known => known.Finding), Is.EquivalentTo(Sections.Keys));

    [Test]
    public void A_section_names_the_versions_and_texts_of_its_entry()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (KnownMisbehavior known in MachineFindings.All)
            {
                string section = string.Join(' ', Sections[known.Finding].Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
                Assert.That(known.Document, Is.EqualTo("docs/qemu-findings-machines.md"));
                foreach (string version in known.Crashes.SelectMany(crash => crash.SeenIn).Concat(known.Outputs.SelectMany(output => output.SeenIn)))
                    Assert.That(section, Does.Contain(version), known.Finding);
                foreach (OutputSignature output in known.Outputs.Where(output => !output.Text.StartsWith("handle_cpreg_missing", StringComparison.Ordinal)))
                    Assert.That(section, Does.Contain(output.Text), known.Finding);
                foreach (CrashSignature crash in known.Crashes)
                    Assert.That(section, Does.Contain($"{crash}"), known.Finding);
            }
        }
    }

    [TestCase("qemu-system-arm: Failed to load cpu:cpreg_vmstate_array_len", null, "An Arm guest migrates only within one version")]
    [TestCase("qemu-kvm: Unknown savevm section or instance 'icp/server' 3. Make sure", null, "A pseries does not know the interrupt servers of another version")]
    [TestCase("", 8, null, Description = "another version may crash so for another reason")]
    [TestCase("qemu-system-arm: Failed to load cpu:cpreg_vmstate_array_len", 11, null, Description = "an unknown crash explains itself")]
    [TestCase("qemu-system-arm: load of migration failed: Input/output error", null, null)]
    public void A_failure_is_recognized_by_what_QEMU_wrote_or_by_its_signal(string output, int? signal, string? finding)
    {
        var exit = new EndedQemu("dest-qemu", "12.0.0", new ProcessExit(signal is null ? 1 : 128 + signal.Value), output);

        Sighting? sighting = Sighting.Find(MachineFindings.All, [exit]);

        Assert.That(sighting?.Known.Finding, Is.EqualTo(finding));
        if (finding is not null)
            Assert.That(sighting!.Reason, Does.Contain("seen on 12.0.0 for the first time"));
    }

    [Test]
    public void A_signal_alone_is_known_only_with_the_versions_that_were_seen()
    {
        var exit = new EndedQemu("source-qemu", "7.2.22", new ProcessExit(128 + 8), "");

        Assert.That(Sighting.Find(MachineFindings.All, [exit])?.Known.Finding, Is.EqualTo("A source whose guest has larger pages than the host divides by zero"));
    }
}
