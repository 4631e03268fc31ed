using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>The paths of files in the lab guest. QEMU runs in a chroot with only the files that it needs, and sees
/// <see cref="Folder"/> without the leading <see cref="Root"/>.</summary>
internal static class LabFiles
{
    public const string Root = "/lab";
    public const string FolderForQemu = "/run/lab";
    public const string Folder = Root + FolderForQemu;
    public const string FirmwareForQemu = FolderForQemu + "/halt.bin";
    public const string PipeForQemu = FolderForQemu + "/pipe";

    /// <summary>A part of the snapshot's key: increment it with every change of the lab's preparation.</summary>
    public const string Layout = "2";

    /// <summary>The shell's pause between two looks at a file.</summary>
    public const string PollPause = "usleep 50000";

    /// <summary>Gets how many pauses fit into a timeout.</summary>
    public static long PollsIn(TimeSpan timeout) => (long)Math.Ceiling(timeout.TotalMilliseconds / 50);

    public static string Script(string name) => $"{Folder}/{name}.sh";

    public static string Output(string name) => $"{Folder}/{name}.out";

    public static string ProcessId(string name) => $"{Folder}/{name}.pid";

    public static string ExitCode(string name) => $"{Folder}/{name}.rc";

    public static string Trace(string name) => $"{Folder}/{name}.trace";

    public static string Relay(int port) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/relay-{port}.pid");

    public static string TraceForQemu(string name) => $"{FolderForQemu}/{name}.trace";
}
