using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>A QEMU without a machine, started to be asked something and shut down.</summary>
internal static class QemuProbe
{
    public static async Task<T> AskAsync<T>(QemuBinary binary, Func<QmpClient, Task<T>> ask)
    {
        // No test is behind this QEMU, so its log has no test's folder to go to; what it says goes into the exception.
        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            await using var probe = new QemuMachine(binary.Path, new QemuMachineOptions { Name = "probe", LogDirectory = folder });
            probe.SetMachine("none");
            probe.AddArgs("-nodefaults", "-S");
            await probe.LaunchAsync().ConfigureAwait(false);
            T answer = await ask(probe.Qmp).ConfigureAwait(false);
            await probe.ShutdownAsync().ConfigureAwait(false);
            return answer;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
