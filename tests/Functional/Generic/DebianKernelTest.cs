namespace QemuTest.Functional.Generic;

/// <summary>A Debian kernel with a busybox user space: it boots to a shell, answers, and powers the machine off.</summary>
[Thorough]
[TestTimeout(180)]
public abstract class DebianKernelTest : LinuxKernelTest
{
    /// <summary>Boots to the shell and asserts the architecture.</summary>
    protected async Task BootAsync(Asset kernel, Asset busybox, string commandLine, string machine, Asset? dtb = null)
    {
        await LaunchAsync(kernel, busybox, commandLine, dtb);
        await WaitForConsolePatternAsync($"Kernel command line: {KernelCommonCommandLine}{commandLine}");
        await WaitForConsolePatternAsync($"{BusyboxGuest.Ready} {machine}");
        await WaitForConsolePatternAsync("# ");
        await ExecCommandAndWaitForPatternAsync("uname -s", "Linux");
    }

    /// <summary>Launches the machine with the kernel, the busybox user space and the command line.</summary>
    protected async Task LaunchAsync(Asset kernel, Asset busybox, string commandLine, Asset? dtb = null)
    {
        ConsoleTimeout = TimeSpan.FromSeconds(90);
        string initrd = ScratchFile("initrd.gz");
        await BusyboxGuest.WriteInitrdAsync(busybox, initrd, cancellationToken: Token);
        Vm.AddArgs("-no-reboot", "-append", KernelCommonCommandLine + commandLine);
        await LaunchKernelAsync(
            await kernel.FetchAsync(Token), initrd, dtb is null ? null : await dtb.FetchAsync(Token));
    }

    /// <summary>Powers the guest off, and asserts that QEMU exits.</summary>
    protected async Task PowerOffAsync()
    {
        await Vm.Console.TypeAsync("poweroff -f\r", Token);
        Assert.That(await Vm.WaitForExitAsync(ConsoleTimeout, Token), Is.EqualTo(new Processes.ProcessExit(0)));
    }
}
