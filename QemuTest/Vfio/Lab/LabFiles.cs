using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>Where a machine's files are in the lab guest. QEMU runs in a chroot that has just what it needs, and sees
/// <see cref="Folder"/> without the leading <see cref="Root"/>.</summary>
internal static class LabFiles
{
    public const string Root = "/lab";
    public const string FolderForQemu = "/run/lab";
    public const string Folder = Root + FolderForQemu;
    public const string Firmware = FolderForQemu + "/halt.bin";

    public const string PipeForQemu = FolderForQemu + "/pipe";

    /// <summary>Part of a snapshot's key: raise it when what is prepared in the lab changes.</summary>
    public const string Layout = "2";

    public static string Script(string name) => $"{Folder}/{name}.sh";

    public static string Output(string name) => $"{Folder}/{name}.out";

    public static string ProcessId(string name) => $"{Folder}/{name}.pid";

    public static string ExitCode(string name) => $"{Folder}/{name}.rc";

    public static string Trace(string name) => $"{Folder}/{name}.trace";

    public static string Relay(int port) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/relay-{port}.pid");

    public static string TraceForQemu(string name) => $"{FolderForQemu}/{name}.trace";
}
