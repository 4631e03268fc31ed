using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CliWrap;

namespace QemuTest.Processes;

/// <summary>
/// Starts every child of the test host from one thread that lives as long as the process. The kernel ties the parent-death signal to the
/// thread that started the child, so a child started from a pool thread could be killed while the host lives. The same thread makes
/// descriptors inheritable just for the moment of the start, so that no sibling gets them.
/// </summary>
internal static class ChildProcesses
{
    // setpriv requests the signal. The shell then checks that the host is still its parent, because no signal comes if the host died
    // before the request. Both replace themselves, so the process id is the program's own.
    private const string Guard = "[ \"$PPID\" = \"$0\" ] || exit 125; ";

    // Variables are set last, so that setpriv and the shell do not see them (LD_TRACE_LOADED_OBJECTS, for example).
    private const string Run = Guard + "while [ \"$1\" != -- ]; do export \"$1\"; shift; done; shift; exec \"$@\"";
    private const string RunWithLog = Guard + "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1";

    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(20);
    private static readonly BlockingCollection<Action> Starts = StartLauncher();

    /// <summary>Gets the command that runs <paramref name="program"/> so that it dies with this process.</summary>
    public static Command Guarded(string program, IEnumerable<string> arguments) =>
        Cli.Wrap("setpriv")
            .WithArguments([.. GuardArguments(Run), "--", program, .. arguments])
            .WithValidation(CommandResultValidation.None);

    /// <summary>Starts the command on the launcher thread.</summary>
    /// <param name="command">The command.</param>
    /// <param name="inherited">Descriptors for the child.</param>
    /// <param name="cancellationToken">Kills the child.</param>
    public static Task<CommandTask<CommandResult>> StartAsync(
        Command command, IReadOnlyList<IInherited> inherited, CancellationToken cancellationToken) =>
        LaunchAsync(() => command.ExecuteAsync(cancellationToken), inherited);

    /// <summary>Starts a program that dies with this process. Its standard input is empty, its output is in the process's streams.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set for the program.</param>
    /// <param name="folder">Its working folder; null for this process's own.</param>
    /// <exception cref="Win32Exception">The start failed, for example because <c>setpriv</c> is missing.</exception>
    public static async Task<Process> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        IEnumerable<string> variables = environment?.Select(variable => $"{variable.Key}={variable.Value}") ?? [];
        ProcessStartInfo start = StartOf([.. GuardArguments(Run), .. variables, "--", program, .. arguments]);
        start.WorkingDirectory = folder ?? "";
        Process process = await LaunchAsync(() => Process.Start(start)!, []).ConfigureAwait(false);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Starts a program that dies with this process. Standard output and standard error go straight to the end of a file, in
    /// the order of the program's writes.</summary>
    /// <exception cref="Win32Exception">The start failed, for example because <c>setpriv</c> is missing.</exception>
    public static Task<Process> StartAsync(
        string program, IEnumerable<string> arguments, string logFile, IReadOnlyList<IInherited> inherited)
    {
        ProcessStartInfo start = StartOf([.. GuardArguments(RunWithLog), Path.GetFullPath(logFile), program, .. arguments]);
        return LaunchAsync(() => Process.Start(start)!, inherited);
    }

    /// <summary>Sends SIGKILL to a process and its descendants, and waits for its exit.</summary>
    /// <exception cref="ProgramException">The process did not exit within 20 s.</exception>
    public static async Task<ProcessExit> KillAsync(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        TimeSpan timeout = Timeouts.Scale(KillTimeout);
        try
        {
            await process.WaitForExitAsync().WaitAsync(timeout).ConfigureAwait(false);
            return new ProcessExit(process.ExitCode);
        }
        catch (TimeoutException error)
        {
            throw new ProgramException(
                $"Process {process.Id} did not exit within {timeout.TotalSeconds} s of SIGKILL; it hangs in the kernel (state D in ps).", innerException: error);
        }
    }

    private static string[] GuardArguments(string guard) =>
        ["--pdeathsig", "KILL", "--", "/bin/sh", "-c", guard, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];

    private static ProcessStartInfo StartOf(IEnumerable<string> arguments) => new("setpriv", arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = Encoding.UTF8,
        StandardErrorEncoding = Encoding.UTF8,
    };

    private static async Task<T> LaunchAsync<T>(Func<T> start, IReadOnlyList<IInherited> inherited)
    {
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(
            () =>
            {
                try
                {
                    foreach (IInherited descriptor in inherited)
                        descriptor.MakeInheritable();
                    started.SetResult(start());
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
