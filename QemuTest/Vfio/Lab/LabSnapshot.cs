using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>
/// A booted lab with a QEMU under test in its memory, kept as a migration file in the user's cache: made once, restored in a
/// fraction of a second for each test, so that nothing a scenario left behind can meet the next. Keyed by everything that it
/// is made of. Processes may make the same one at once: each makes its own, and the last to finish stays.
/// </summary>
internal static class LabSnapshot
{
    private const string UnfinishedSuffix = "unfinished";

    private static readonly TimeSpan BootTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CopyTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan SaveTimeout = TimeSpan.FromSeconds(120);

    // Two QEMUs in turn, or two checkouts, must not throw each other's out; a debris of weeks must not pile up either.
    private static readonly TimeSpan KeptUnused = TimeSpan.FromDays(7);

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Made = new();

    private static string Folder => Path.Combine(Path.GetDirectoryName(VfioLabImage.Cache)!, "vfio-lab-snapshots");

    /// <summary>The snapshot's file, made if it is not there.</summary>
    public static async Task<string> GetAsync(
        QemuBinary binary, RuntimeFiles closure, VfioLabImage image, ILogger? logger, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Folder, Key(binary, image, closure));
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return path;
        }

        // The making is shared by all who wait for it: one of them giving up must not stop it.
        Lazy<Task<string>> making = Made.GetOrAdd(path, _ => new(() => MakeAsync(binary, image, closure, path, logger)));
        try
        {
            return await making.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (making.Value.IsCompleted)
                Made.TryRemove(path, out _);
        }
    }

    /// <summary>Removes a snapshot that cannot be restored.</summary>
    public static void Discard(string path) => File.Delete(path);

    /// <summary>Sends the machine to a file, or takes it from one, and waits for the end of it.</summary>
    public static async Task TransferAsync(
        QmpClient monitor, Func<string, Task> transfer, string file, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await monitor.MigrateSetCapabilitiesAsync(
            [new() { Capability = MigrationCapability.Events, State = true }], cancellationToken: cancellationToken).ConfigureAwait(false);
        using QmpEventSubscription progress = monitor.Subscribe("MIGRATION");
        await transfer("file:" + file).ConfigureAwait(false);
        QmpEvent end = await progress.NextAsync(
            e => e.GetString("status") is "completed" or "failed", timeout, "MIGRATION completed or failed", cancellationToken).ConfigureAwait(false);
        if (end.GetString("status") != "completed")
            throw new VfioLabException($"The lab's own transfer of {file} failed.");
    }

    private static string Key(QemuBinary binary, VfioLabImage image, RuntimeFiles closure)
    {
        string parts = string.Join(
            '\n', [binary.VersionText, image.Digest, closure.Digest, LabFiles.Layout, .. LabGuest.Arguments(image)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)))[..32];
    }

    private static async Task<string> MakeAsync(QemuBinary binary, VfioLabImage image, RuntimeFiles closure, string path, ILogger? logger)
    {
        Directory.CreateDirectory(Folder);
        RemoveOld();
        string logs = RunFolders.NewTemporaryFolder();
        string unfinished = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.{UnfinishedSuffix}");
        var options = new QemuMachineOptions { Name = "lab", LogDirectory = logs, Logger = logger };
        try
        {
            (QemuMachine guest, LabShell shell) = await LabGuest.BootAsync(
                binary.Path, image, options, BootTimeout, CancellationToken.None).ConfigureAwait(false);
            await using (guest.ConfigureAwait(false))
            {
                await shell.RunAsync(PrepareScript(closure), CancellationToken.None, CopyTimeout).ConfigureAwait(false);
                await guest.Qmp.StopAsync().ConfigureAwait(false);
                await guest.Qmp.MigrateSetParametersAsync(new MigrateSetParameters { MaxBandwidth = 0 }).ConfigureAwait(false);
                await TransferAsync(
                    guest.Qmp, uri => guest.Qmp.MigrateAsync(uri), unfinished, SaveTimeout, CancellationToken.None).ConfigureAwait(false);
                await guest.ShutdownAsync().ConfigureAwait(false);
            }

            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(unfinished);
            Directory.Delete(logs, recursive: true);
        }
    }

    private static void RemoveOld()
    {
        foreach (string file in Directory.EnumerateFiles(Folder))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > KeptUnused || IsAbandoned(file))
                File.Delete(file);
        }
    }

    private static bool IsAbandoned(string file)
    {
        string[] parts = Path.GetFileName(file).Split('.');
        return parts is [_, var maker, UnfinishedSuffix] && !Directory.Exists("/proc/" + maker);
    }

    // A shell and cat are there for migrations through a program. The host's root is mounted only while the closure is copied: a
    // mounted 9p file system keeps a guest from being saved.
    // The last lines run each QEMU once, so that its first start in a restored lab finds everything in place.
    private static string PrepareScript(RuntimeFiles closure)
    {
        var script = new StringBuilder();
        script.Append(
            $"""
            set -e
            mkdir -p /host {LabFiles.Root}
            mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose hostroot /host
            mount -t tmpfs tmpfs {LabFiles.Root}
            mkdir -p {LabFiles.Root}/proc {LabFiles.Root}/sys {LabFiles.Root}/dev {LabFiles.Root}/tmp {LabFiles.Root}/bin {LabFiles.Folder}
            cp /bin/busybox {LabFiles.Root}/bin/
            for tool in sh cat; do ln -s busybox {LabFiles.Root}/bin/$tool; done

            """);
        foreach ((string target, string source) in closure.Files)
        {
            string there = ShellQuoting.Quote(LabFiles.Root + target);
            script.Append(CultureInfo.InvariantCulture, $"mkdir -p $(dirname {there}); cp {ShellQuoting.Quote("/host" + source)} {there}\n");
        }

        // 64 KiB of zeros with cli; hlt; jmp -3 at the reset vector: a guest that runs, costs nothing and touches no device.
        script.Append(
            $"""
            umount /host
            for tree in proc sys dev; do mount --bind /$tree {LabFiles.Root}/$tree; done
            cd {LabFiles.Folder}
            mkfifo {LabFiles.Root}{LabFiles.PipeForQemu}
            dd if=/dev/zero of=halt.bin bs=65536 count=1 2>/dev/null
            printf '\372\364\353\375' | dd of=halt.bin bs=1 seek=65520 conv=notrunc 2>/dev/null

            """);
        foreach (string binary in closure.Binaries)
            script.Append(CultureInfo.InvariantCulture, $"chroot {LabFiles.Root} {ShellQuoting.Quote(binary)} --version\n");
        return script.ToString();
    }
}
