using System.Security.Cryptography;
using QemuTest.Guests;
using QemuTest.Vfio;

namespace QemuTest.Functional.X86_64;

/// <summary>A guest with a web server. Debian's kernels have every network driver as a module, so it is the lab's kernel, whose initial
/// file system has the modules and a whole busybox; a first program of our own takes the place of the lab's.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class HttpDownloadTests : LinuxKernelTest
{
    private const string Server = "sh -c 'httpd -h /www -p $0 && echo listens on 0.0.0.0'";

    private const string FirstProgram = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/bin
        mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
        for module in failover net_failover virtio_net; do insmod /modules/$module.ko; done
        ip link set lo up; ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0
        echo GUEST READY
        exec sh

        """;

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(3_000_000);

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_content));

    [Test]
    public async Task A_file_that_the_guest_serves_comes_whole()
    {
        await BootAsync("hostfwd=tcp:127.0.0.1:0-:8080");

        await CheckHttpDownloadAsync("/file", Hash, server: Server);
    }

    [Test]
    public async Task A_file_that_is_not_the_one_expected_and_one_that_is_not_there_fail()
    {
        await BootAsync("hostfwd=tcp:127.0.0.1:0-:8081");
        _content[1_500_000] ^= 1;

        Assert.That(
            () => CheckHttpDownloadAsync("/file", Hash, 8081, Server),
            Throws.TypeOf<AssertionException>().With.Message.Contains("the SHA-256 of http://127.0.0.1:"));
        await WaitForConsolePatternAsync("/ # ");
        // The server is still there.
        Assert.That(
            () => CheckHttpDownloadAsync("/no-such-file", Hash, 8081, "echo 0.0.0.0 still has"), Throws.TypeOf<HttpRequestException>().With.Message.Contains("404"));
    }

    [Test]
    public async Task A_guest_that_nothing_leads_to_fails_with_the_cure()
    {
        await BootAsync("hostfwd=tcp:127.0.0.1:0-:22");

        Assert.That(
            () => CheckHttpDownloadAsync("/file", Hash, server: Server),
            Throws.TypeOf<AssertionException>().With.Message.Contains("add hostfwd=tcp:127.0.0.1:0-:8080 to the network"));
    }

    private async Task BootAsync(string forward)
    {
        await SetMachineAsync("q35");
        await RequireNetdevAsync("user");
        ConsoleTimeout = TimeSpan.FromSeconds(90);
        VfioLabImage lab = VfioLabImage.Locate();
        string own = ScratchFile("own.gz");
        await new Initramfs().AddProgram("first", FirstProgram).AddFile("www/file", _content).WriteAsync(own, Token);
        // The kernel unpacks one archive after the other.
        string both = ScratchFile("initrd");
        File.Copy(lab.Initrd, both);
        await using (var appended = new FileStream(both, FileMode.Append))
            await appended.WriteAsync(await File.ReadAllBytesAsync(own, Token), Token);
        Vm.AddArgs(
            "-accel", "tcg", "-m", "256", "-cpu", "max", "-no-reboot", "-append", KernelCommonCommandLine + "console=ttyS0 quiet rdinit=/first",
            "-netdev", $"user,id=net,restrict=on,{forward}", "-device", "virtio-net-pci,netdev=net,romfile=");
        await LaunchKernelAsync(lab.Kernel, both, waitFor: "GUEST READY");
        await WaitForConsolePatternAsync("# ");
    }
}
