using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>A lab that does not come up, and what happens in one that does.</summary>
[Thorough]
[Area("Lab")]
public sealed class VfioLabTests
{
    private readonly string _folder = Installed.NewFolder();

    [Test]
    [TestTimeout(180)]
    public void A_lab_that_does_not_boot_is_one_error_with_the_console()
    {
        var image = VfioLabImage.Locate();
        string empty = Path.Combine(_folder, "empty");
        File.WriteAllText(empty, "no initramfs");

        Assert.That(
            () => LabGuest.BootAsync(Installed.Qemu, image with { Initrd = empty }, Options(), TimeSpan.FromSeconds(170), Installed.Token),
            Throws.TypeOf<VfioLabException>()
                .With.Message.Contains($"did not come up")
                .And.Message.Contains("Kernel panic - not syncing")
                .And.Message.Contains("console.log"));
    }

    [Test]
    [TestTimeout(60)]
    public void A_lab_that_says_nothing_is_given_up_at_the_limit() =>
        Assert.That(
            () => LabGuest.BootAsync(Installed.Qemu, VfioLabImage.Locate(), Options(), TimeSpan.FromMilliseconds(100), Installed.Token),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("'LAB: ready' did not appear within 0.1 s"));

    [Test]
    [TestTimeout(180)]
    public async Task What_goes_wrong_in_a_lab_is_told_in_the_words_of_who_knows()
    {
        await using VfioLab lab = await VfioLab.StartAsync(Installed.Qemu, Options(), cancellationToken: Installed.Token);
        LabDevice device = await lab.CreateDeviceAsync(cancellationToken: Installed.Token);
        LabMachine user = await lab.StartMachineAsync("user", [device], cancellationToken: Installed.Token);
        var gone = new LabDevice(Guid.NewGuid(), "mtty-1");

        Assert.Multiple(() =>
        {
            Assert.That(
                () => lab.CreateDeviceAsync("mtty-9", Installed.Token),
                Throws.TypeOf<VfioLabException>().With.Message.Contains("mtty-9"));
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
