namespace QemuTest.Vfio;

/// <summary>Where a machine's files are in the lab guest. QEMU runs in a chroot on the host's file system, and sees
/// <see cref="Folder"/> without the leading <c>/host</c>.</summary>
internal static class LabFiles
{
    public const string Root = "/host";
    public const string FolderForQemu = "/run/lab";
    public const string Folder = Root + FolderForQemu;
    public const string Firmware = FolderForQemu + "/halt.bin";

    public static string Script(string name) => $"{Folder}/{name}.sh";

    public static string Output(string name) => $"{Folder}/{name}.out";

    public static string ProcessId(string name) => $"{Folder}/{name}.pid";

    public static string ExitCode(string name) => $"{Folder}/{name}.rc";

    public static string Trace(string name) => $"{Folder}/{name}.trace";

    public static string TraceForQemu(string name) => $"{FolderForQemu}/{name}.trace";
}
