using QemuTest.Fixtures;
using QemuTest.Machines;

namespace QemuTest.Tests;

/// <summary>A real system emulator for tests that need one.</summary>
internal static class InstalledQemu
{
    /// <summary>A machine without guest, not launched. The test is ignored where no emulator is installed.</summary>
    public static QemuMachine NewMachine(string name = "real")
    {
        IReadOnlyDictionary<string, string> installed = SystemTargets.Installed();
        if (installed.Count == 0)
            Assert.Ignore("No qemu-system-* is in PATH or QEMU_BUILD_ROOT.");
        string binary = installed.TryGetValue("x86_64", out string? preferred) ? preferred : installed.Values.First();
        var machine = new QemuMachine(binary, new() { Name = name, LogDirectory = RunFolders.NewTemporaryFolder() });
        machine.SetMachine("none");
        machine.AddArgs("-nodefaults");
        return machine;
    }
}
