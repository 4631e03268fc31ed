using QemuTest.Archives;

namespace QemuTest.Functional.Generic;

/// <summary>Boots a kernel with a root disk to a login, looks around, and halts: the protocol of the TuxBoot images. Equals upstream's
/// <c>TuxRunBaselineTest</c>; needs neither <c>zstd</c> nor <c>qemu-img</c>.</summary>
public abstract class TuxRunTest : LinuxKernelTest
{
    private const string Prompt = "root@tuxtest:~#";

    /// <summary>The kernel's name of the serial console. Default: <c>ttyS0</c>.</summary>
    protected string KernelConsole { get; set; } = "ttyS0";

    /// <summary>The kernel's name of the disk. Default: <c>vda</c>.</summary>
    protected string Root { get; set; } = "vda";

    /// <summary>A device that the disk hangs on, for <c>-device</c>; null for none. Default: null.</summary>
    protected string? ExtraDevice { get; set; }

    /// <summary>Whether QEMU ends with the guest; if not, it is shut down. Default: yes.</summary>
    protected bool WaitForShutdown { get; set; } = true;

    /// <summary>How many serial ports before the console's stay unused. Default: 0.</summary>
    protected int ConsoleIndex { get; set; }

    /// <summary>The guest's command line.</summary>
    protected string KernelCommandLine => $"{KernelCommonCommandLine}root=/dev/{Root} console={KernelConsole}";

    /// <summary>Brings kernel, disk and device tree, the disk decompressed into scratch. Equals upstream's
    /// <c>fetch_tuxrun_assets</c>.</summary>
    /// <exception cref="ArchiveException">The disk is not compressed.</exception>
    public async Task<(string Kernel, string Disk, string? Dtb)> FetchTuxRunAssetsAsync(Asset kernel, Asset disk, Asset? dtb = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        string kernelPath = await kernel.FetchAsync(Token).ConfigureAwait(false);
        string diskPath = await DecompressAsync(disk).ConfigureAwait(false);
        return (kernelPath, diskPath, dtb is null ? null : await dtb.FetchAsync(Token).ConfigureAwait(false));
    }

    /// <summary>Boots, logs in, looks around, halts. Equals upstream's <c>common_tuxrun</c>.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="disk">The raw disk's path; the guest may write to it.</param>
    /// <param name="dtb">The device tree's path; null for the machine's own.</param>
    /// <param name="drive">The disk's device, for <c>-device</c>.</param>
    /// <param name="haltMessage">What the guest says at the end.</param>
    public async Task CommonTuxRunAsync(
        string kernel,
        string disk,
        string? dtb = null,
        string drive = "virtio-blk-device",
        string haltMessage = "reboot: System halted")
    {
        Vm.AddArgs(
            "-append", KernelCommandLine,
            "-blockdev", $"driver=raw,file.driver=file,file.filename={disk},node-name=hd0");
        if (ExtraDevice is not null)
            Vm.AddArgs("-device", ExtraDevice);
        Vm.AddArgs("-device", $"{drive},drive=hd0");
        await LaunchKernelAsync(kernel, dtb: dtb, consoleIndex: ConsoleIndex, waitFor: KernelCommandLine).ConfigureAwait(false);

        await WaitForConsolePatternAsync("tuxtest login:").ConfigureAwait(false);
        ConsoleMatch login = await ExecCommandAndWaitForPatternAsync("root", Prompt).ConfigureAwait(false);
        Log($"logged in: {login.Before.Trim()}");
        foreach (string command in new[] { "cat /proc/interrupts", "cat /proc/self/maps", "uname -a" })
        {
            ConsoleMatch said = await ExecCommandAndWaitForPatternAsync(command, Prompt).ConfigureAwait(false);
            Assert.That(said.Before.Trim(), Is.Not.Empty, $"what '{command}' says");
        }

        await ExecCommandAndWaitForPatternAsync("halt", haltMessage).ConfigureAwait(false);
        if (WaitForShutdown)
            await Vm.WaitForExitAsync(cancellationToken: Token).ConfigureAwait(false);
        else
            await Vm.ShutdownAsync(cancellationToken: Token).ConfigureAwait(false);
    }
}
