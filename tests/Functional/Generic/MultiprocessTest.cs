using System.Globalization;
using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

/// <summary>A PCI device that one QEMU emulates for the guest of another. Needs KVM: QEMU's proxy device crashes under TCG.</summary>
/// <remarks><c>multiprocess.Multiprocess</c> in QEMU's own tests.</remarks>
public abstract class MultiprocessTest : LinuxKernelTest
{
    /// <summary>Boots a guest with a SCSI adapter of the other QEMU, and asserts that the guest sees it.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="initrd">The initramfs's path. Its init must be a shell.</param>
    /// <param name="commandLine">The kernel's command line.</param>
    /// <param name="machine">The guest's machine type.</param>
    public async Task RunMultiprocessAsync(string kernel, string initrd, string commandLine, string machine)
    {
        await RequireAcceleratorAsync("kvm");
        await RequireDeviceAsync("x-pci-proxy-dev");
        await SetMachineAsync(machine);
        using var sockets = new DescriptorPair();

        await LaunchRemoteAsync(sockets);

        Vm.AddArgs(
            "-accel", "kvm", "-cpu", "host",
            "-object", "memory-backend-memfd,id=sysmem-file,size=2G", "--numa", "node,memdev=sysmem-file", "-m", "2048",
            "-append", commandLine,
            "-device", $"x-pci-proxy-dev,id=lsi1,fd={Number(Vm.Inherit(sockets.Second))}");
        await LaunchKernelAsync(kernel, initrd, waitFor: "as init process");
        await ExecCommandAndWaitForPatternAsync("mount -t sysfs sysfs /sys; cat /sys/bus/pci/devices/*/uevent", "PCI_ID=1000:0012");
    }

    private async Task LaunchRemoteAsync(DescriptorPair sockets)
    {
        QemuMachine remote = GetVm("remote");
        remote.SetMachine("x-remote");
        remote.AddArgs(
            "-nodefaults",
            "-device", "lsi53c895a,id=lsi1",
            "-object", $"x-remote-object,id=robj1,devid=lsi1,fd={Number(remote.Inherit(sockets.First))}");
        await remote.LaunchAsync(Token);
    }

    private static string Number(int descriptor) => descriptor.ToString(CultureInfo.InvariantCulture);
}
