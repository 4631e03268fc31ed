using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace QemuTest.Processes;

/// <summary>Runs a program to its exit. It dies with the test host. Its exit is observed on the process: a descendant that keeps the
/// output open does not delay it.</summary>
internal static class ChildProgram
{
    // Output written before the exit is in the pipes; reading it takes milliseconds on an idle host, unless a descendant keeps a pipe open.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program. Any exit code is an answer.</summary>
    /// <param name="program">A path, or a name to find in PATH.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="timeout">The timeout, scaled by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>.</param>
    /// <param name="environment">Variables to set for the program.</param>
    /// <param name="folder">The working folder; null for this process's own.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="ProgramException">The program could not be started, or did not exit in time and was killed.</exception>
    public static async Task<ProgramResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        TimeSpan timeout,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = Resolve(program);
        string commandLine = ShellQuoting.Join([.. environment?.Select(variable => $"{variable.Key}={variable.Value}") ?? [], program, .. arguments]);
        using Process process = await StartAsync().ConfigureAwait(false);
        using var drained = new CancellationTokenSource();
        StringBuilder output = new(), error = new();
        Task pumps = Task.WhenAll(
            PumpAsync(process.StandardOutput, output, drained.Token), PumpAsync(process.StandardError, error, drained.Token));
        timeout = Timeouts.Scale(timeout);
        bool killed = false;
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is TimeoutException or OperationCanceledException)
        {
            killed = true;
            await ChildProcesses.KillAsync(process).ConfigureAwait(false);
        }

        await Task.WhenAny(pumps, Task.Delay(Timeouts.Scale(DrainTimeout), CancellationToken.None)).ConfigureAwait(false);
        await drained.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var result = new ProgramResult(commandLine, new ProcessExit(process.ExitCode), Text(output), Text(error));
        return killed
            ? throw new ProgramException($"'{commandLine}' did not exit within {timeout.TotalSeconds:0.###} s and was killed.{result.Written}", commandLine)
            : result;

        async Task<Process> StartAsync()
        {
            try
            {
                return await ChildProcesses.StartAsync(path, arguments, environment, folder).ConfigureAwait(false);
            }
            catch (Win32Exception reason)
            {
                throw new ProgramException(
                    $"'{commandLine}' cannot be started: {reason.Message} (setpriv of util-linux starts it).", commandLine, innerException: reason);
            }
        }
    }

    private static string Resolve(string program)
    {
        if (!program.Contains('/', StringComparison.Ordinal))
            return SearchPath.Find(program) ?? throw new ProgramException($"'{program}' is not in PATH.", program);
        return SearchPath.IsExecutable(program)
            ? Path.GetFullPath(program)
            : throw new ProgramException($"'{program}' {(File.Exists(program) ? "is not executable" : "does not exist")}.", program);
    }

    private static async Task PumpAsync(StreamReader reader, StringBuilder text, CancellationToken cancellationToken)
    {
        char[] buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                lock (text)
                    text.Append(buffer, 0, count);
            }
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // A descendant keeps the pipe open; the program itself has exited.
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
