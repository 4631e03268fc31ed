using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Machines;

/// <summary>The guest of the probe runs under emulation here, so the tests need no KVM. Where the probe itself is tested, its QEMU is a
/// script that puts emulation in place of KVM, and its device is a file.</summary>
[Quick]
[TestTimeout(60)]
public sealed class KvmProbeTests
{
    private readonly string _folder = Installed.NewFolder();

    private string Device => Path.Combine(_folder, "kvm");

    [Test]
    public async Task The_guest_writes_its_marker() =>
        Assert.That(await KvmProbe.BootAsync(Installed.Qemu, "tcg", Installed.Token), Is.Null);

    [Test]
    [SkipIfMissingCommands("as", "ld")]
    public async Task The_guest_is_what_its_source_assembles_to()
    {
        string source = Path.Combine(Checkout.Root, "QemuTest", "Core", "Machines", "KvmGuest.S");
        string code = Path.Combine(_folder, "guest.o"), guest = Path.Combine(_folder, "guest.bin");

        await RunAsync("as", "--64", "-o", code, source);
        await RunAsync("ld", "-m", "elf_x86_64", "-Ttext=0x100000", "--oformat", "binary", "-o", guest, code);

        Assert.That(Convert.ToHexStringLower(await File.ReadAllBytesAsync(guest)), Is.EqualTo(Convert.ToHexStringLower(KvmGuest.Kernel)));
    }

    [Test]
    public async Task KVM_is_usable_if_the_guest_runs()
    {
        File.WriteAllText(Device, "");

        KvmSupport kvm = await KvmProbe.RunAsync(EmulatedKvm(""), Device, Installed.Token);

        Assert.That(kvm.IsUsable, kvm.Reason);
        Assert.That(kvm.Reason, Is.Null);
    }

    [Test]
    public async Task KVM_is_not_usable_if_the_guest_dies()
    {
        File.WriteAllText(Device, "");

        // A processor without long mode.
        KvmSupport kvm = await KvmProbe.RunAsync(EmulatedKvm("-cpu qemu32"), Device, Installed.Token);

        Assert.That(kvm.IsUsable, Is.False);
        Assert.That(kvm.Reason, Does.StartWith($"{Device} opens, but a guest dies: "));
    }

    [Test]
    public async Task KVM_is_not_usable_if_QEMU_fails()
    {
        File.WriteAllText(Device, "");

        KvmSupport kvm = await KvmProbe.RunAsync(EmulatedKvm("-device no-such-device"), Device, Installed.Token);

        Assert.That(kvm.Reason, Does.StartWith($"{Device} opens, but QEMU fails: ").And.Contain("no-such-device"));
    }

    [Test]
    public async Task Without_a_device_KVM_is_not_usable()
    {
        KvmSupport kvm = await KvmProbe.RunAsync(EmulatedKvm(""), Device, Installed.Token);

        Assert.That(kvm.Reason, Is.EqualTo($"{Device} does not exist"));
    }

    [Test]
    public async Task Another_target_is_named()
    {
        if (!SystemTargets.Installed().TryGetValue("aarch64", out string? arm))
            Assert.Ignore("qemu-system-aarch64 is not installed");

        KvmSupport kvm = await KvmProbe.RunAsync(arm!, Installed.Token);

        Assert.That(kvm.Reason, Does.Contain($"{arm} is for aarch64").Or.Contain("the probe has a guest for x86_64 hosts only"));
    }

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await ChildProgram.RunAsync(program, arguments, TimeSpan.FromSeconds(30), cancellationToken: Installed.Token)).Successful();

    // More arguments for the guest's QEMU only, which alone has an accelerator on its command line.
    private string EmulatedKvm(string more) => Installed.FakeQemu(_folder, $"""
        case "$*" in *"-accel kvm"*) more='{more}' ;; esac
        exec bash -c 'exec {Installed.Qemu} "$@" '"$more" - $(printf '%s\n' "$@" | sed 's/^kvm$/tcg/')
        """);
}
