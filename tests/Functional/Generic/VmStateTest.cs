using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

/// <summary>Whether a guest of QEMU 7.2 can migrate here, by what both say of the devices' state. The references were written by
/// QEMU 7.2 with <c>-dump-vmstate</c>: of its devices those that the machine has by default, and those often plugged into it.</summary>
public abstract class VmStateTest(string machine) : QemuSystemTest
{
    [Test]
    public async Task State_of_QEMU_7_2_is_understood()
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

        Assert.Multiple(() =>
        {
            Assert.That(report.Findings, Is.Empty);
            Assert.That(report.Warnings, Is.Empty);
        });
    }
}
