namespace QemuTest.Functional.Generic;

/// <summary>Boots a kernel with a root disk to a login, runs some commands, and halts: the protocol of the TuxBoot images.</summary>
/// <remarks><c>qemu_test.TuxRunBaselineTest</c> in QEMU's own framework. This class needs neither <c>zstd</c> nor <c>qemu-img</c>.</remarks>
public abstract class TuxRunTest : LinuxKernelTest
{
    private const string Prompt = "root@tuxtest:~#";

    /// <summary>Gets or sets the kernel's name for the disk. Default: <c>vda</c>.</summary>
    protected string Root { get; set; } = "vda";

    /// <summary>Gets or sets whether QEMU exits when the guest halts. If not, the test shuts it down. Default: true.</summary>
    protected bool WaitForShutdown { get; set; } = true;

    private string KernelCommandLine => $"{KernelCommonCommandLine}root=/dev/{Root} console=ttyS0";

    /// <summary>Boots, logs in, runs the commands, and halts.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="disk">The raw disk's path. The guest may write to it.</param>
    /// <param name="drive">The disk's device, for <c>-device</c>.</param>
    /// <param name="haltMessage">The guest's last message.</param>
    public async Task CommonTuxRunAsync(
        string kernel, string disk, string drive = "virtio-blk-device", string haltMessage = "reboot: System halted")
    {
        Vm.AddArgs(
            "-append", KernelCommandLine,
            "-blockdev", $"driver=raw,file.driver=file,file.filename={disk},node-name=hd0",
            "-device", $"{drive},drive=hd0");
        await LaunchKernelAsync(kernel, waitFor: KernelCommandLine);

        await WaitForConsolePatternAsync("tuxtest login:");
        ConsoleMatch login = await ExecCommandAndWaitForPatternAsync("root", Prompt);
        Log($"logged in: {login.Before.Trim()}");
        foreach (string command in new[] { "cat /proc/interrupts", "cat /proc/self/maps", "uname -a" })
        {
            ConsoleMatch said = await ExecCommandAndWaitForPatternAsync(command, Prompt);
            Assert.That(said.Before.Trim(), Is.Not.Empty, $"the output of '{command}'");
        }

        await ExecCommandAndWaitForPatternAsync("halt", haltMessage);
        if (WaitForShutdown)
            await Vm.WaitForExitAsync(cancellationToken: Token);
        else
            await Vm.ShutdownAsync(cancellationToken: Token);
    }
}
