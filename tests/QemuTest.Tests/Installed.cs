using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests;

/// <summary>The installed programs that the tests use, and folders for them.</summary>
internal static class Installed
{
    /// <summary>Gets the system emulator for x86_64. Without it, the test is skipped with a reason.</summary>
    public static string Qemu
    {
        get
        {
            if (SystemTargets.Installed().TryGetValue("x86_64", out string? path))
                return path;
            Assert.Ignore("qemu-system-x86_64 is not installed (Debian: qemu-system-x86)");
            return "";
        }
    }

    /// <summary>Creates a machine without a guest. Does not launch it.</summary>
    public static QemuMachine NewMachine(string name = "real")
    {
        var machine = new QemuMachine(Qemu, new() { Name = name, LogDirectory = RunFolders.NewTemporaryFolder() });
        machine.SetMachine("none");
        machine.AddArgs("-nodefaults");
        return machine;
    }

    public static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    /// <summary>Creates a folder for this test in the work folder, or empties it.</summary>
    public static string NewFolder()
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "library-tests", TestContext.CurrentContext.Test.ID);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Writes an executable shell script.</summary>
    public static string Script(string folder, string name, string body)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Writes a script that answers <c>--version</c> as QEMU does, and runs <paramref name="body"/> otherwise.</summary>
    public static string FakeQemu(string folder, string body) => Script(
        folder,
        "qemu-system-x86_64",
        $"if [ \"$1\" = --version ]; then exec {Qemu} --version; fi\n{body}");
}
