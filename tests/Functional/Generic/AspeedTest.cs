namespace QemuTest.Functional.Generic;

/// <summary>A test of an Aspeed BMC that boots from its flash. Equals upstream's <c>AspeedTest</c>.</summary>
public abstract class AspeedTest : LinuxKernelTest
{
    private const int OtpSize = 16 * 1024;

    /// <summary>Boots an OpenBMC image to the line in which its host name appears. Equals upstream's
    /// <c>do_test_arm_aspeed_openbmc</c>.</summary>
    /// <param name="machine">The machine type; also the host name, without its <c>-bmc</c>, where none is given.</param>
    /// <param name="image">The flash image's path.</param>
    /// <param name="uboot">The boot loader's version.</param>
    /// <param name="cpuId">The first CPU, as Linux names it.</param>
    /// <param name="soc">The chip, as Linux names it.</param>
    /// <param name="hostName">The image's host name.</param>
    public async Task RunOpenBmcAsync(
        string machine,
        string image,
        string uboot = "2019.04",
        string cpuId = "0x0",
        string soc = "AST2500 rev A1",
        string? hostName = null)
    {
        await SetMachineAsync(machine).ConfigureAwait(false);
        await LaunchFlashAsync($"file={image},if=mtd,format=raw", "-snapshot").ConfigureAwait(false);
        await WaitForEachAsync(
            $"U-Boot {uboot}", "## Loading kernel from FIT Image", "Starting kernel ...",
            $"Booting Linux on physical CPU {cpuId}", $"ASPEED {soc}", "/init as init process",
            $"systemd[1]: Hostname set to <{hostName ?? machine.Replace("-bmc", "", StringComparison.Ordinal)}>.").ConfigureAwait(false);
    }

    /// <summary>Boots a Buildroot image to its root shell, with a network. Equals upstream's
    /// <c>do_test_arm_aspeed_buildroot_start</c>.</summary>
    /// <param name="image">The flash image's path; it is not written to.</param>
    /// <param name="cpuId">The first CPU, as Linux names it.</param>
    /// <param name="pattern">What the login shows.</param>
    public async Task StartBuildrootAsync(string image, string cpuId, string pattern = "Aspeed EVB")
    {
        await RequireNetdevAsync("user").ConfigureAwait(false);
        await LaunchFlashAsync($"file={image},if=mtd,format=raw,read-only=true", "-net", "nic", "-net", "user").ConfigureAwait(false);
        await WaitForEachAsync(
            "U-Boot 2019.04", "## Loading kernel from FIT Image", "Starting kernel ...",
            $"Booting Linux on physical CPU {cpuId}", "lease of 10.0.2.15", pattern, "login:").ConfigureAwait(false);
        await ExecCommandAndWaitForPatternAsync("root", "Password:").ConfigureAwait(false);
        await ExecCommandAndWaitForPatternAsync("passw0rd", "#").ConfigureAwait(false);
    }

    /// <summary>Powers a Buildroot image off. Equals upstream's <c>do_test_arm_aspeed_buildroot_poweroff</c>.</summary>
    public Task PowerOffBuildrootAsync() => ExecCommandAndWaitForPatternAsync("poweroff", "System halted");

    /// <summary>Boots an SDK image to its kernel. Equals upstream's <c>do_test_arm_aspeed_sdk_start</c>.</summary>
    /// <param name="image">The flash image's path; it is not written to.</param>
    public async Task StartSdkAsync(string image)
    {
        await RequireNetdevAsync("user").ConfigureAwait(false);
        await LaunchFlashAsync($"file={image},if=mtd,format=raw", "-net", "nic", "-net", "user", "-snapshot").ConfigureAwait(false);
        await WaitForEachAsync("U-Boot 2019.04", "## Loading kernel from FIT Image", "Starting kernel ...").ConfigureAwait(false);
    }

    /// <summary>Writes an image of empty one-time-programmable memory into scratch: 16 KiB of four zero bytes and four 0xff bytes by
    /// turns. Equals upstream's <c>generate_otpmem_image</c>.</summary>
    /// <returns>Its path.</returns>
    public string GenerateOtpMemoryImage()
    {
        string path = ScratchFile("otpmem.img");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, OtpSize).Select(i => (byte)(i % 8 < 4 ? 0 : 0xff))]);
        return path;
    }

    private async Task LaunchFlashAsync(string drive, params string[] args)
    {
        Vm.SetConsole();
        Vm.AddArgs("-drive", drive);
        Vm.AddArgs(args);
        await Vm.LaunchAsync(Token).ConfigureAwait(false);
    }

    private async Task WaitForEachAsync(params ConsolePattern[] patterns)
    {
        foreach (ConsolePattern pattern in patterns)
            await WaitForConsolePatternAsync(pattern).ConfigureAwait(false);
    }
}
