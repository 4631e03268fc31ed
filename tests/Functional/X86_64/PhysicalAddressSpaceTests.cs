using QemuTest.Processes;

namespace QemuTest.Functional.X86_64;

/// <summary>QEMU rejects memory that does not fit into the CPU's physical addresses. 36 bits address 64 GiB: pluggable memory starts at
/// 4 GiB, alignment takes 1 GiB for each slot, and 0.5 GiB is present at boot. TCG's 40 bits address 1 TiB, minus the 4 GiB hole, 32 GiB
/// for PCI and the slot; since pc-q35-7.1, HyperTransport takes the addresses above 1012 GiB on AMD.</summary>
[Quick]
[Target("x86_64")]
public sealed class PhysicalAddressSpaceTests : QemuSystemTest
{
    private const string Complaint = "phys-bits too low";
    private const string Cxl = "pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1";
    private static readonly string[] Dimm = ["-object", "memory-backend-ram,id=mem1,size=1G", "-device", "pc-dimm,id=vm0,memdev=mem1"];

    [SetUp]
    public void Need_a_64_bit_QEMU()
    {
        const byte Elf64 = 2;
        byte[] header = new byte[5];
        using FileStream file = File.OpenRead(QemuBin);
        int count = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (count == header.Length && header.AsSpan().StartsWith("\x7fELF"u8) && header[4] != Elf64)
            Assert.Ignore($"{QemuBin} is not a 64-bit program");
    }

    [TestCase("q35", "pentium,pse36=on", "59.6G")]
    [TestCase("q35", "pentium,pae=on", "59.6G")]
    [TestCase("q35", "pentium", "4G")]
    [TestCase("pc-q35-7.0", null, "988G")]
    [TestCase("pc-q35-7.1", null, "976G")]
    [TestCase("pc-q35-7.1", "EPYC-v4,phys-bits=41", "992G")]
    public Task Memory_beyond_the_physical_addresses_is_rejected(string machine, string? cpu, string maxMemory) =>
        RejectsAsync(machine, cpu, maxMemory, ["-S", .. Dimm]);

    [Test]
    public Task A_CXL_window_beyond_the_physical_addresses_is_rejected() => RejectsAsync(
        "q35", "Skylake-Server,phys-bits=40", "987G", ["-S", "-device", Cxl, "-M", "cxl=on,cxl-fmw.0.targets.0=cxl.1,cxl-fmw.0.size=1G"]);

    [TestCase("q35", "pentium,pse36=on", "59.5G", true)]
    [TestCase("q35", "pentium,pae=on", "59.5G", true)]
    [TestCase("q35", "pentium2", "59.5G", true)]
    [TestCase("pc-q35-7.0", null, "987.5G", false)]
    [TestCase("pc-q35-7.1", null, "975.5G", false)]
    [TestCase("pc-q35-7.1", "Skylake-Server", "976G", false)]
    [TestCase("pc-q35-7.1", "EPYC-v4,phys-bits=41", "990G", false)]
    public Task Memory_within_the_physical_addresses_is_accepted(string machine, string? cpu, string maxMemory, bool runs) =>
        AcceptsAsync(machine, cpu, maxMemory, runs ? Dimm : ["-S", .. Dimm], runs ? "running" : "prelaunch");

    [Test]
    public Task CXL_without_a_window_fits() => AcceptsAsync(
        "q35", "Skylake-Server,phys-bits=40", "987G", ["-S", "-machine", "cxl=on", "-device", Cxl], "prelaunch");

    private async Task RejectsAsync(string machine, string? cpu, string maxMemory, string[] args)
    {
        await ConfigureAsync(machine, cpu, maxMemory, args);
        Vm.QmpEnabled = false;
        await Vm.LaunchAsync(Token);

        ProcessExit exit = await Vm.WaitForExitAsync(cancellationToken: Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Code, Is.EqualTo(1));
            Assert.That(Vm.Output, Does.Contain(Complaint));
        }
    }

    // The monitor answers after the machine is built, so no wait is necessary.
    private async Task AcceptsAsync(string machine, string? cpu, string maxMemory, string[] args, string runState)
    {
        await ConfigureAsync(machine, cpu, maxMemory, args);
        await Vm.LaunchAsync(Token);

        StatusInfo status = await Vm.Qmp.QueryStatusAsync(cancellationToken: Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Status.Value, Is.EqualTo(runState));
            Assert.That(Vm.Output, Does.Not.Contain(Complaint));
        }
    }

    private async Task ConfigureAsync(string machine, string? cpu, string maxMemory, string[] args)
    {
        if (cpu is not null)
            await RequireDeviceAsync($"{cpu.Split(',')[0]}-x86_64-cpu");
        if (cpu?.StartsWith("pentium", StringComparison.Ordinal) == true)
            await RequireVersionAsync(new(8, 2), "QEMU counts the physical address bits of 32-bit CPUs");
        Cpu = cpu;
        await SetMachineAsync(machine);
        Vm.AddArgs(["-m", $"512,slots=1,maxmem={maxMemory}", .. args]);
    }
}
