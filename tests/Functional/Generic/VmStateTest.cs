using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

/// <summary>Whether this QEMU can read the device state of a guest of QEMU 7.2, by the descriptions of both. QEMU 7.2 wrote the references
/// with <c>-dump-vmstate</c>. They contain the machine's default devices and common pluggable ones.</summary>
public abstract class VmStateTest(string machine) : QemuSystemTest
{
    [Test]
    public async Task Device_state_of_QEMU_7_2_can_be_read()
    {
        await SetMachineAsync(machine);
        string dump = ScratchFile("dest.json");
        Vm.AddArgs("-nodefaults", "-dump-vmstate", dump);
        Vm.QmpEnabled = false;
        await Vm.LaunchAsync(Token);
        ProcessExit exit = await Vm.WaitForExitAsync(cancellationToken: Token);
        Assert.That(exit.Code, Is.Zero, Vm.Output);

        string reference = DataFile("VmState", Arch, machine + ".json");
        VmStateReport report = VmStateComparison.Compare(
            await File.ReadAllTextAsync(reference, Token), await File.ReadAllTextAsync(dump, Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Findings, Is.Empty);
            Assert.That(report.Warnings, Is.Empty);
        }
    }
}
