using System.Collections.Concurrent;
using System.Globalization;
using CliWrap;

namespace QemuTest.Processes;

/// <summary>
/// Starts every child of the test host from one thread that lives as long as the process. The kernel ties the parent-death
/// signal to the thread that started the child, so a child started from a pool thread could be killed while the host lives.
/// The same thread makes descriptors inheritable just for the moment of the start, so that no sibling gets them.
/// </summary>
internal static class ChildProcesses
{
    // setpriv asks for the signal; the shell then looks whether the host is still the parent, because a host that died
    // before that request was made would never be noticed. Both replace themselves, so the process id is the program's own.
    private const string Guard = "[ \"$PPID\" = \"$0\" ] || exit 125; exec \"$@\"";

    private static readonly BlockingCollection<Action> Starts = StartLauncher();

    /// <summary>The command that runs <paramref name="program"/> so that it dies with this process, however that ends.</summary>
    public static Command Guarded(string program, IEnumerable<string> arguments) =>
        Cli.Wrap("setpriv")
            .WithArguments([
                "--pdeathsig", "KILL", "--",
                "/bin/sh", "-c", Guard, Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                program, .. arguments])
            .WithValidation(CommandResultValidation.None);

    /// <summary>Starts the command on the launcher thread.</summary>
    /// <param name="command">What is started.</param>
    /// <param name="inherited">Descriptors for the child; they hear when it has them.</param>
    /// <param name="cancellationToken">Kills the child.</param>
    public static async Task<CommandTask<CommandResult>> StartAsync(
        Command command, IReadOnlyList<IInherited> inherited, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource<CommandTask<CommandResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(
            () =>
            {
                try
                {
                    foreach (IInherited descriptor in inherited)
                        descriptor.MakeInheritable();
                    started.SetResult(command.ExecuteAsync(cancellationToken));
                }
                catch (Exception error)
                {
                    started.SetException(error);
                }
                finally
                {
                    foreach (IInherited descriptor in inherited)
                        descriptor.Started();
                }
            },
            CancellationToken.None);
        return await started.Task.ConfigureAwait(false);
    }

    private static BlockingCollection<Action> StartLauncher()
    {
        var starts = new BlockingCollection<Action>();
        var launcher = new Thread(() =>
        {
            foreach (Action start in starts.GetConsumingEnumerable())
                start();
        })
        {
            IsBackground = true,
            Name = "child process launcher",
        };
        launcher.Start();
        return starts;
    }
}
