using System.Globalization;

namespace QemuTest.Processes;

/// <summary>The folders of this test host, deleted when it exits.</summary>
internal static class RunFolders
{
    private static readonly Lock Creating = new();
    private static readonly Dictionary<string, RunFolder> Created = [];
    private static int _lastTemporaryFolder;

    static RunFolders() => AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();

    /// <summary>Creates a folder in the system's temporary folder. Its name is short, because the path of a Unix socket must be short.</summary>
    public static string NewTemporaryFolder()
    {
        string root = Path.Combine(Path.GetTempPath(), "qemu-test-" + Environment.UserName);
        string folder = Path.Combine(
            Below(root), Interlocked.Increment(ref _lastTemporaryFolder).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Creates a scratch folder below the run's work folder.</summary>
    public static string NewScratchFolder(string workFolder, string name)
    {
        string folder = Path.Combine(Below(Path.Combine(workFolder, "scratch")), name);
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static string Below(string root)
    {
        lock (Creating)
        {
            if (!Created.TryGetValue(root, out RunFolder? folder))
                Created[root] = folder = RunFolder.Create(root);
            return folder.Path;
        }
    }

    private static void RemoveAll()
    {
        lock (Creating)
        {
            foreach (RunFolder folder in Created.Values)
                folder.Dispose();
            Created.Clear();
        }
    }
}
