using System.Globalization;
using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

/// <summary>A PCI device that one QEMU emulates for the guest of another. Equals upstream's <c>Multiprocess</c>. Needs KVM: QEMU's proxy
/// device crashes under TCG.</summary>
public abstract class MultiprocessTest : LinuxKernelTest
{
    /// <summary>Boots a guest with a SCSI adapter of the other QEMU, and asserts that the guest sees it. Equals upstream's
    /// <c>do_test</c>.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="initrd">The initial file system's path; its first program is a shell.</param>
    /// <param name="commandLine">The kernel's command line.</param>
    /// <param name="machine">The guest's machine type.</param>
    public async Task RunMultiprocessAsync(string kernel, string initrd, string commandLine, string machine)
    {
        await RequireAcceleratorAsync("kvm").ConfigureAwait(false);
        await RequireDeviceAsync("x-pci-proxy-dev").ConfigureAwait(false);
        await SetMachineAsync(machine).ConfigureAwait(false);
        using var sockets = new DescriptorPair();

        await LaunchRemoteAsync(sockets).ConfigureAwait(false);

        Vm.AddArgs(
            "-accel", "kvm", "-cpu", "host",
            "-object", "memory-backend-memfd,id=sysmem-file,size=2G", "--numa", "node,memdev=sysmem-file", "-m", "2048",
            "-append", commandLine,
            "-device", $"x-pci-proxy-dev,id=lsi1,fd={Number(Vm.Inherit(sockets.Second))}");
        await LaunchKernelAsync(kernel, initrd, waitFor: "as init process").ConfigureAwait(false);
        await ExecCommandAndWaitForPatternAsync("mount -t sysfs sysfs /sys; cat /sys/bus/pci/devices/*/uevent", "PCI_ID=1000:0012").ConfigureAwait(false);
    }

    /// <summary>Launches the QEMU that emulates the adapter.</summary>
    private protected async Task<QemuMachine> LaunchRemoteAsync(DescriptorPair sockets)
    {
        QemuMachine remote = GetVm("remote");
        remote.SetMachine("x-remote");
        remote.AddArgs(
            "-nodefaults",
            "-device", "lsi53c895a,id=lsi1",
            "-object", $"x-remote-object,id=robj1,devid=lsi1,fd={Number(remote.Inherit(sockets.First))}");
        await remote.LaunchAsync(Token).ConfigureAwait(false);
        return remote;
    }

    private static string Number(int descriptor) => descriptor.ToString(CultureInfo.InvariantCulture);
}
