using QemuTest.Consoles;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>Finds out whether KVM can really be used: on some hosts the device opens, and every real kernel dies on it.</summary>
public static class KvmProbe
{
    private const string Device = "/dev/kvm";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Boots a Linux kernel for this host's own architecture under KVM until it speaks.</summary>
    /// <param name="qemu">A QEMU whose target is the host's architecture.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if a guest makes progress; else the reason why not.</returns>
    public static async Task<string?> WhyNotAsync(string qemu, string kernel, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(Device))
            return $"there is no {Device}";
        try
        {
            await using (new FileStream(Device, FileMode.Open, FileAccess.ReadWrite))
            {
                // Being let in is all that is asked here.
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return $"{Device} cannot be opened: {error.Message}";
        }

        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            await using var machine = new QemuMachine(qemu, new QemuMachineOptions { Name = "kvm-probe", LogDirectory = folder });
            machine.SetConsole();
            machine.AddArgs(
                "-accel", "kvm", "-m", "256", "-nodefaults", "-no-reboot", "-S",
                "-kernel", kernel, "-append", "console=ttyS0 panic=-1");
            await machine.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return await BootAsync(machine, cancellationToken).ConfigureAwait(false);
        }
        catch (QemuMachineException error)
        {
            return error.Message;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string FirstComplaint(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Length > 0 && !line.Contains("warning:", StringComparison.Ordinal)) ?? "it gives no reason";

    private static async Task<string?> BootAsync(QemuMachine machine, CancellationToken cancellationToken)
    {
        // KVM stops the machine when it meets an instruction that it cannot run.
        using QmpEventSubscription stopped = machine.Qmp.Subscribe("STOP");
        await machine.Qmp.ContAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ConsoleMatch> speaks = machine.Console.WaitForAsync("Linux version", Timeout, cancellationToken: over.Token);
        Task<QmpEvent> stops = stopped.NextAsync("STOP", Timeout, cancellationToken: over.Token);
        Task first = await Task.WhenAny(speaks, stops).ConfigureAwait(false);
        string? reason = null;
        if (first == stops && stops.IsCompletedSuccessfully)
            reason = $"{Device} opens, but a Linux guest dies on it: {FirstComplaint(machine.Output)}";
        else if (!speaks.IsCompletedSuccessfully)
            reason = $"{Device} opens, but a Linux guest says nothing within {Timeout.TotalSeconds} s";
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(
            speaks.ContinueWith(_ => { }, TaskScheduler.Default), stops.ContinueWith(_ => { }, TaskScheduler.Default)).ConfigureAwait(false);
        return reason;
    }
}
