using System.Security.Cryptography;
using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

/// <summary>A guest with a web server. Debian's kernels have all network drivers as modules; the one of vmxnet3 needs no other module.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class HttpDownloadTests : LinuxKernelTest
{
    private const string Server = "sh -c 'httpd -h /www -p $0 && echo listens on 0.0.0.0'";
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-cloud-amd64/vmlinuz");
    private static readonly Asset NetworkDriver = Asset.Named("debian/bookworm/linux-cloud-amd64/vmxnet3.ko");
    private static readonly Asset Busybox = Asset.Named("debian/bookworm/busybox-static-amd64/busybox");

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(3_000_000);

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_content));

    [Test]
    public async Task A_file_from_a_guest_is_downloaded_completely()
    {
        await BootAsync("hostfwd=tcp:127.0.0.1:0-:8080");

        await CheckHttpDownloadAsync("/file", Hash, server: Server);
    }

    [Test]
    public async Task A_file_with_another_hash_and_a_missing_file_fail()
    {
        await BootAsync("hostfwd=tcp:127.0.0.1:0-:8081");
        _content[1_500_000] ^= 1;

        Assert.That(
            () => CheckHttpDownloadAsync("/file", Hash, 8081, Server),
            Throws.TypeOf<AssertionException>().With.Message.Contains("the SHA-256 of http://127.0.0.1:"));
        await WaitForConsolePatternAsync("/ # ");
        // The server is still running.
        Assert.That(
            () => CheckHttpDownloadAsync("/no-such-file", Hash, 8081, "echo 0.0.0.0 still has"), Throws.TypeOf<HttpRequestException>().With.Message.Contains("404"));
    }

    [Test]
    public async Task Without_a_port_forward_the_error_says_how_to_add_one()
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
        await RequireDeviceAsync("vmxnet3");
        ConsoleTimeout = TimeSpan.FromSeconds(90);
        byte[] driver = await File.ReadAllBytesAsync(await NetworkDriver.FetchAsync(Token), Token);
        string initrd = ScratchFile("initrd.gz");
        await BusyboxGuest.WriteInitrdAsync(
            Busybox, initrd, files => files.AddFile("vmxnet3.ko", driver).AddFile("www/file", _content), Token);
        Vm.AddArgs(
            "-accel", "tcg", "-m", "256", "-no-reboot", "-append", KernelCommonCommandLine + "console=ttyS0 quiet",
            "-netdev", $"user,id=net,restrict=on,{forward}", "-device", "vmxnet3,netdev=net,romfile=");
        await LaunchKernelAsync(await Kernel.FetchAsync(Token), initrd, waitFor: BusyboxGuest.Ready);
        await ExecCommandAndWaitForPatternAsync("insmod /vmxnet3.ko && ifconfig eth0 10.0.2.15 && echo network is up", "network is up");
        await WaitForConsolePatternAsync("# ");
    }
}
