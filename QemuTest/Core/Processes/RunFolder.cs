using System.Globalization;

namespace QemuTest.Processes;

/// <summary>A folder of this test host below a shared root, with a lock that the kernel releases when the process dies. The next host to
/// start deletes the folders that killed hosts left under the same root.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly FileLock _lock;

    private RunFolder(string path, FileLock heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    public string Path { get; }

    public static RunFolder Create(string root)
    {
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Sweep(root);
        while (true)
        {
            string path = System.IO.Path.Combine(
                root, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Random.Shared.Next():x}"));

            // The lock exists before the folder, so that no other host takes the folder for abandoned. One that looks just between the
            // creation of the lock's file and the lock may hold it; then another name is used.
            if (FileLock.TryAcquire(path + LockSuffix) is not { } held)
                continue;
            Directory.CreateDirectory(path);
            return new RunFolder(path, held);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    private static void Sweep(string root)
    {
        foreach (string lockFile in Directory.EnumerateFiles(root, "*" + LockSuffix))
        {
            // The lock is free only if its owner is dead.
            using FileLock? abandoned = FileLock.TryAcquire(lockFile);
            string folder = lockFile[..^LockSuffix.Length];
            try
            {
                if (abandoned is not null && Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Something in it is in use. The lock's file stays, so that a later host tries again.
                abandoned!.Unlock();
            }
        }
    }
}
