using System.Globalization;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>Boots the lab's own guest, or restores it from a file.</summary>
internal static class LabGuest
{
    /// <summary>The guest's memory, in MiB.</summary>
    public const int MemoryMib = 4096;

    private const string Ready = "LAB: ready";
    private const int AgentPort = 2000;
    private static readonly TimeSpan RestoreTimeout = TimeSpan.FromSeconds(60);

    // Turns off kernel work that no test needs and that is slow under emulation. The CPU has no erms and fsrm because the emulation of
    // 'rep movsb' is slower than copying words.
    private const string KernelCommandLine =
        "console=ttyS0 panic=-1 nokaslr mitigations=off no_timer_check tsc=reliable audit=0 apparmor=0 " +
        "cryptomgr.notests random.trust_cpu=on 8250.nr_uarts=1 loglevel=4";

    /// <summary>Gets the guest's arguments. They must be the same when it is saved and when it is restored.</summary>
    public static IReadOnlyList<string> Arguments(VfioLabImage image) =>
    [
        "-accel", "tcg,thread=multi", "-smp", "2", "-m", MemoryMib.ToString(CultureInfo.InvariantCulture), "-cpu", "max,-erms,-fsrm",
        "-nodefaults", "-no-user-config", "-no-reboot",
        "-kernel", image.Kernel, "-initrd", image.Initrd, "-append", KernelCommandLine,
        "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
        "-device", "virtio-9p-pci,fsdev=root,mount_tag=hostroot",
        "-netdev", $"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:{AgentPort}",
        "-device", "virtio-net-pci,netdev=net,romfile=",
    ];

    /// <summary>Boots the guest and waits until its shell answers.</summary>
    /// <exception cref="VfioLabException">It does not boot; the message has the last lines of the console.</exception>
    public static async Task<(QemuMachine Guest, LabShell Shell)> BootAsync(
        QemuBinary qemu, VfioLabImage image, QemuMachineOptions options, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        QemuMachine guest = Create(qemu, image, options);
        try
        {
            await guest.LaunchAsync(cancellationToken).ConfigureAwait(false);
            // Wait first: a connection attempt to a guest that does not listen yet costs seconds of back-off.
            await guest.Console.WaitForAsync(Ready, timeout, failure: "Kernel panic - not syncing", cancellationToken).ConfigureAwait(false);
            return (guest, await ShellAsync(guest, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            if (error is ConsoleException or QmpException)
                throw new VfioLabException(
                    $"The VFIO lab (Linux {image.KernelRelease}, {qemu.Path}) did not boot: {error.Message}\n" +
                    $"Console: {Path.Combine(options.LogDirectory, options.ConsoleLogName)}",
                    error);
            throw;
        }
    }

    /// <summary>Restores the guest from a file.</summary>
    public static async Task<(QemuMachine Guest, LabShell Shell)> RestoreAsync(
        QemuBinary qemu, VfioLabImage image, string snapshot, QemuMachineOptions options, CancellationToken cancellationToken = default)
    {
        QemuMachine guest = Create(qemu, image, options);
        guest.AddArgs("-incoming", "defer");
        try
        {
            await guest.LaunchAsync(cancellationToken).ConfigureAwait(false);
            await LabTransfer.RestoreAsync(guest.Qmp, snapshot, RestoreTimeout, cancellationToken).ConfigureAwait(false);
            await guest.Qmp.ContAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return (guest, await ShellAsync(guest, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gets the host's port that is forwarded to a port of the guest.</summary>
    public static async Task<int> ForwardedPortAsync(QemuMachine guest, int guestPort, CancellationToken cancellationToken = default)
    {
        string report = await Usernet.ReadAsync(guest.Qmp, cancellationToken).ConfigureAwait(false);
        return Usernet.ForwardedPort(report, guestPort)
            ?? throw new VfioLabException($"Port {guestPort} of the lab is not forwarded to the host; the report says:\n{report}") { Output = report };
    }

    private static async Task<LabShell> ShellAsync(QemuMachine guest, CancellationToken cancellationToken = default) =>
        new(await ForwardedPortAsync(guest, AgentPort, cancellationToken).ConfigureAwait(false));

    private static QemuMachine Create(QemuBinary qemu, VfioLabImage image, QemuMachineOptions options)
    {
        var guest = new QemuMachine(qemu.Path, options);
        guest.SetMachine("q35");
        guest.SetConsole();
        guest.AddArgs([.. Arguments(image)]);
        return guest;
    }
}
