using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>Asks a QEMU binary about itself: runs it for its output, or starts it without a machine and asks its monitor. Knows nothing
/// of <see cref="QemuMachine"/>, which asks here before its own start.</summary>
internal static class QemuProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs the binary to its exit.</summary>
    /// <exception cref="QemuBinaryException">It cannot be started, or did not exit within 20 s.</exception>
    public static async Task<ProgramResult> RunAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ChildProgram.RunAsync(path, arguments, Timeout, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (ProgramException error)
        {
            throw new QemuBinaryException($"{error.Message} Is it really QEMU?", error);
        }
    }

    /// <summary>Runs the binary for its standard output, for example of <c>-accel help</c>.</summary>
    /// <exception cref="QemuBinaryException">It cannot be started, failed, or did not exit within 20 s.</exception>
    public static async Task<string> ReadAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await RunAsync(path, arguments, cancellationToken).ConfigureAwait(false)).Successful().StandardOutput;
        }
        catch (ProgramException error)
        {
            throw new QemuBinaryException(error.Message, error);
        }
    }

    /// <summary>Starts the binary without a machine, asks its monitor, and kills it.</summary>
    /// <exception cref="QemuBinaryException">The monitor does not answer. The message has QEMU's own output.</exception>
    public static async Task<T> AskAsync<T>(string path, bool monitorObjects, Func<QmpClient, Task<T>> ask, CancellationToken cancellationToken = default)
    {
        // No test owns this QEMU, so its log has no test's folder; its output goes into the exception.
        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            using var monitor = new InheritedSocket();
            IReadOnlyList<string> arguments =
                new QemuCommandLine { QmpDescriptor = monitor.ChildDescriptor, MonitorObjects = monitorObjects, Machine = "none", Extra = ["-nodefaults", "-S"] }.Build();
            await using ChildProcess process = await ChildProcess.StartAsync(path, arguments, Path.Combine(folder, "probe.log"), [monitor])
                .ConfigureAwait(false);
            try
            {
                await using QmpClient qmp = await QmpClient.AttachAsync(monitor.TakeHostEnd(), new() { Name = "probe" }, cancellationToken).ConfigureAwait(false);
                return await ask(qmp).ConfigureAwait(false);
            }
            catch (QmpException error)
            {
                // A QEMU that closed its monitor is about to exit: its own exit says more than a SIGKILL from here.
                await Task.WhenAny(process.Exit, Task.Delay(Timeouts.Scale(ExitTimeout), CancellationToken.None)).ConfigureAwait(false);
                string exit = process.Exit.IsCompleted ? $" It ended with {await process.Exit.ConfigureAwait(false)}." : "";
                await process.KillAsync().ConfigureAwait(false);
                throw new QemuBinaryException(
                    $"'{ShellQuoting.Join([path, .. arguments])}' does not answer: {error.Message.TrimEnd('.')}.{exit} It wrote:\n{process.Output}", error);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
