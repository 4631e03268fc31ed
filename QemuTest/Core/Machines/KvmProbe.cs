using System.Runtime.InteropServices;
using QemuTest.Consoles;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>Finds out whether KVM is usable: on some hosts the device opens, but every guest dies. Thread-safe.</summary>
public static class KvmProbe
{
    private const string Target = "x86_64";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs a small guest under KVM: paging, long mode, SSE, interrupts, user mode. It needs no file. Works on x86_64 hosts; the
    /// result for any other host or target is "not usable", with a reason that says so. Takes up to 20 s, scaled by
    /// <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>; less than one second as a rule.</summary>
    /// <param name="qemu">The path of a QEMU for x86_64, or its name in PATH.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QemuBinaryException">The path is not a usable QEMU.</exception>
    public static Task<KvmSupport> RunAsync(string qemu, CancellationToken cancellationToken = default) =>
        RunAsync(qemu, "/dev/kvm", cancellationToken);

    /// <summary>Runs the guest under KVM, with another path for the device, for tests.</summary>
    internal static async Task<KvmSupport> RunAsync(string qemu, string device, CancellationToken cancellationToken)
    {
        QemuBinary binary = await QemuBinary.OpenAsync(qemu, cancellationToken).ConfigureAwait(false);
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            return KvmSupport.Unusable($"the probe has a guest for x86_64 hosts only, and this host is {RuntimeInformation.OSArchitecture}");
        if ((await binary.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false)).Target is var target and not Target)
            return KvmSupport.Unusable($"{binary.Path} is for {target}, and this host is {Target}");
        if (!File.Exists(device))
            return KvmSupport.Unusable($"{device} does not exist");
        if (Libc.Access(device, Libc.AccessRead | Libc.AccessWrite) != 0)
            return KvmSupport.Unusable($"{device} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        return await BootAsync(binary.Path, "kvm", cancellationToken).ConfigureAwait(false) is { } reason
            ? KvmSupport.Unusable($"{device} opens, but {reason}")
            : KvmSupport.Usable;
    }

    /// <summary>Runs the guest under an accelerator. Returns null if it wrote its marker, otherwise what happened instead.</summary>
    internal static async Task<string?> BootAsync(string qemu, string accelerator, CancellationToken cancellationToken)
    {
        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            string kernel = Path.Combine(folder, "guest");
            await File.WriteAllBytesAsync(kernel, KvmGuest.Kernel, cancellationToken).ConfigureAwait(false);
            await using var machine = new QemuMachine(qemu, new QemuMachineOptions { Name = "kvm-probe", LogDirectory = folder });
            machine.SetConsole();

            // A guest that dies stops the machine instead of restarting or ending it.
            machine.AddArgs("-accel", accelerator, "-m", "64", "-nodefaults", "-no-reboot", "-no-shutdown", "-S", "-kernel", kernel);
            await machine.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return await WatchAsync(machine, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is QemuMachineException or QmpException)
        {
            return $"QEMU fails: {error.Message}";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string?> WatchAsync(QemuMachine machine, CancellationToken cancellationToken)
    {
        // KVM stops the machine at an instruction that it cannot run.
        using QmpEventSubscription stopped = machine.Qmp.Subscribe("STOP");
        await machine.Qmp.ContAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ConsoleMatch> writes = machine.Console.WaitForAsync(KvmGuest.Marker, Timeout, cancellationToken: over.Token);
        Task<QmpEvent> stops = stopped.NextAsync("STOP", Timeout, cancellationToken: over.Token);
        Task first = await Task.WhenAny(writes, stops).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(
            writes.ContinueWith(_ => { }, TaskScheduler.Default), stops.ContinueWith(_ => { }, TaskScheduler.Default)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.IsCompletedSuccessfully)
            return null;
        return first == stops && stops.IsCompletedSuccessfully
            ? $"a guest dies: {FirstError(machine.Output)}"
            : $"a guest writes nothing within {Timeouts.Scale(Timeout).TotalSeconds} s";
    }

    private static string FirstError(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Length > 0 && !line.Contains("warning:", StringComparison.Ordinal)) ?? "QEMU gives no reason";
}
