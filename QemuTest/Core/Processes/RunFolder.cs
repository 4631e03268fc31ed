using System.Globalization;

namespace QemuTest.Processes;

/// <summary>A folder of this test host's own below a shared root, held by a lock that the kernel releases with the process. What
/// hosts that were killed left under the same root is removed when the next one starts.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    public string Path { get; }

    public static RunFolder Create(string root)
    {
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Sweep(root);
        string path = System.IO.Path.Combine(
            root, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Random.Shared.Next():x}"));

        // The lock is there before the folder, so that a sweep never meets a folder that looks abandoned.
        FileStream held = new(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Directory.CreateDirectory(path);
        return new RunFolder(path, held);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        File.Delete(Path + LockSuffix);
        _lock.Dispose();
    }

    private static void Sweep(string root)
    {
        foreach (string lockFile in Directory.EnumerateFiles(root, "*" + LockSuffix))
        {
            try
            {
                // FileShare.None is a lock of the kernel's: it can be had only if the owner is gone.
                using FileStream abandoned = new(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                string folder = lockFile[..^LockSuffix.Length];
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
                File.Delete(lockFile);
            }
            catch (IOException)
            {
                // In use, or another sweep took it first.
            }
        }
    }
}
