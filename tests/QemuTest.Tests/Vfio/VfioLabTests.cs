using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>A lab that does not boot, and errors in one that does.</summary>
[Thorough]
[Area("Lab")]
public sealed class VfioLabTests
{
    private readonly string _folder = Installed.NewFolder();

    [Test]
    [TestTimeout(180)]
    public async Task A_lab_that_does_not_boot_is_one_error_with_the_console()
    {
        var image = VfioLabImage.Locate();
        QemuBinary qemu = await QemuBinary.OpenAsync(Installed.Qemu);
        string empty = Path.Combine(_folder, "empty");
        File.WriteAllText(empty, "no initramfs");

        Assert.That(
            () => LabGuest.BootAsync(qemu, image with { Initrd = empty }, Options(), TimeSpan.FromSeconds(170), Installed.Token),
            Throws.TypeOf<VfioLabException>()
                .With.Message.Contains("did not boot")
                .And.Message.Contains("Kernel panic - not syncing")
                .And.Message.Contains("console.log"));
    }

    [Test]
    [TestTimeout(60)]
    public async Task A_silent_lab_ends_at_the_timeout()
    {
        QemuBinary qemu = await QemuBinary.OpenAsync(Installed.Qemu);

        Assert.That(
            () => LabGuest.BootAsync(qemu, VfioLabImage.Locate(), Options(), TimeSpan.FromMilliseconds(100), Installed.Token),
            Throws.TypeOf<VfioLabException>().With.Message.Contains($"'LAB: ready' did not appear within {ScaledTime.Text(TimeSpan.FromMilliseconds(100))}"));
    }

    [Test]
    [TestTimeout(180)]
    public async Task Errors_in_a_lab_have_the_output_of_the_failing_program()
    {
        await using VfioLab lab = await VfioLab.StartAsync(await QemuBinary.OpenAsync(Installed.Qemu), Options(), cancellationToken: Installed.Token);
        LabDevice device = await lab.CreateDeviceAsync(cancellationToken: Installed.Token);
        LabMachine user = await lab.StartMachineAsync("user", [device], cancellationToken: Installed.Token);
        var gone = new LabDevice(Guid.NewGuid(), "mtty-1");

        Assert.Multiple(() =>
        {
            Assert.That(
                () => lab.CreateDeviceAsync("mtty-9", Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("mtty-9")
                    .And.Property(nameof(VfioLabException.ExitCode)).EqualTo(1)
                    .And.Property(nameof(VfioLabException.Command)).Contains("mtty-9"));
            Assert.That(
                () => lab.Shell.RunAsync("sleep 60", TimeSpan.FromMilliseconds(100), Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("did not end within"));
            Assert.That(
                () => lab.StartMachineAsync("second", [device], cancellationToken: Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("Device or resource busy").And.Message.Contains("exit code: 1"));
            Assert.That(
                () => lab.StartMachineAsync("third", [gone], cancellationToken: Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("No such file or directory"));
            Assert.That(
                () => lab.StartMachineAsync("fourth", [], new() { Arguments = ["-no-such-option"] }, Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("-no-such-option: invalid option"));
        });
        Assert.That(await user.QuitAsync(Installed.Token), Is.EqualTo(new ProcessExit(0)));
    }

    private QemuMachineOptions Options() => new() { Name = "lab", LogDirectory = _folder };
}
