using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using QemuTest.Machines;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>A booted lab with the QEMUs under test in its memory, saved as a migration file in the user's cache. Created once, and restored
/// in a fraction of a second for each test, so that no test sees another's leftovers. The key covers everything that it depends on. When
/// several processes create the same one at once, the last one remains.</summary>
internal static class LabSnapshot
{
    private const string UnfinishedSuffix = "unfinished";

    private static readonly TimeSpan BootTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CopyTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan SaveTimeout = TimeSpan.FromSeconds(120);

    // Several QEMUs or checkouts must not evict each other's snapshots, and stale ones must not accumulate.
    private static readonly TimeSpan KeptUnused = TimeSpan.FromDays(7);

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Creations = new();

    private static string Folder => Path.Combine(Path.GetDirectoryName(VfioLabImage.Cache)!, "vfio-lab-snapshots");

    /// <summary>Gets the snapshot's file, which is created if it is missing.</summary>
    public static async Task<string> GetAsync(
        QemuBinary binary, RuntimeFiles files, VfioLabImage image, ILogger? logger, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(Folder, Key(binary, image, files));
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return path;
        }

        // All waiting tests share one creation: a cancelled wait must not cancel it.
        Lazy<Task<string>> creation = Creations.GetOrAdd(path, _ => new(() => CreateAsync(binary, image, files, path, logger)));
        try
        {
            return await creation.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (creation.Value.IsCompleted)
                Creations.TryRemove(path, out _);
        }
    }

    /// <summary>Deletes a snapshot that cannot be restored.</summary>
    public static void Discard(string path) => File.Delete(path);

    private static string Key(QemuBinary binary, VfioLabImage image, RuntimeFiles files)
    {
        string parts = string.Join(
            '\n', [binary.VersionText, image.Digest, files.Digest, LabFiles.Layout, .. LabGuest.Arguments(image)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)))[..32];
    }

    private static async Task<string> CreateAsync(QemuBinary binary, VfioLabImage image, RuntimeFiles files, string path, ILogger? logger)
    {
        Directory.CreateDirectory(Folder);
        RemoveOld();
        string logs = RunFolders.NewTemporaryFolder();
        string unfinished = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.{UnfinishedSuffix}");
        var options = new QemuMachineOptions { Name = "lab", LogDirectory = logs, Logger = logger };
        try
        {
            (QemuMachine guest, LabShell shell) = await LabGuest.BootAsync(binary, image, options, BootTimeout).ConfigureAwait(false);
            await using (guest.ConfigureAwait(false))
            {
                await shell.RunAsync(PrepareScript(files), CopyTimeout).ConfigureAwait(false);
                await guest.Qmp.StopAsync().ConfigureAwait(false);
                await guest.Qmp.MigrateSetParametersAsync(new MigrateSetParameters { MaxBandwidth = 0 }).ConfigureAwait(false);
                await LabTransfer.SaveAsync(guest.Qmp, unfinished, SaveTimeout).ConfigureAwait(false);
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
        return parts is [_, var process, UnfinishedSuffix] && !Directory.Exists("/proc/" + process);
    }

    // Migrations through a program need a shell and cat. The host's root is mounted only while files are copied: a guest with a mounted
    // 9p file system cannot be saved. The last lines run each QEMU once, so that its first start in a restored lab is fast.
    private static string PrepareScript(RuntimeFiles files)
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
        foreach ((string target, string source) in files.Files)
        {
            string copy = ShellQuoting.Quote(LabFiles.Root + target);
            script.Append(CultureInfo.InvariantCulture, $"mkdir -p $(dirname {copy}); cp {ShellQuoting.Quote("/host" + source)} {copy}\n");
        }

        script.Append(
            $"""
            umount /host
            for tree in proc sys dev; do mount --bind /$tree {LabFiles.Root}/$tree; done
            mkfifo {LabFiles.Root}{LabFiles.PipeForQemu}
            {HaltingFirmware.WriteScript(LabFiles.Root + LabFiles.FirmwareForQemu)}
            """);
        foreach (string binary in files.Binaries)
            script.Append(CultureInfo.InvariantCulture, $"chroot {LabFiles.Root} {ShellQuoting.Quote(binary)} --version\n");
        return script.ToString();
    }
}
