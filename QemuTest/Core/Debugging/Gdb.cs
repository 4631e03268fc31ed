using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CliWrap;
using CliWrap.Exceptions;
using QemuTest.Processes;

namespace QemuTest.Debugging;

/// <summary>
/// A GDB controlled through its machine interface. A command completes when GDB answers its number; a command that resumes the target
/// completes when GDB reports the stop. Each command has the timeout <see cref="GdbOptions.CommandTimeout"/>. GDB is killed when the test
/// host exits. Not thread-safe: one command at a time.
/// </summary>
/// <remarks><c>qemu_test.GDB</c> in QEMU's own framework, where 0.2 s of silence end a command.</remarks>
public sealed class Gdb : IAsyncDisposable
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<string> _commands = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _kill = new();
    private readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly GdbTranscript _transcript;
    private readonly TimeSpan _timeout;
    private PendingGdbCommand? _pending;
    private int _lastToken;
    private int _busy;
    private string? _unanswered;

    private Gdb(GdbOptions options)
    {
        Path = options.Path;
        _timeout = Timeouts.Scale(options.CommandTimeout);
        _transcript = new GdbTranscript(options.LogFile);
    }

    /// <summary>Gets the path or name of the GDB.</summary>
    public string Path { get; }

    /// <summary>Starts GDB without init files, and waits until it answers.</summary>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the start; GDB is killed.</param>
    /// <exception cref="GdbException">GDB cannot be run, or does not answer.</exception>
    public static async Task<Gdb> StartAsync(GdbOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var gdb = new Gdb(options);
        try
        {
            await gdb.RunAsync().ConfigureAwait(false);
            // By default GDB gives a packet up after 2 s; on a busy host QEMU may need longer to answer it.
            string seconds = Math.Ceiling(gdb._timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await gdb.CliAsync($"set remotetimeout {seconds}", cancellationToken).ConfigureAwait(false);
            await gdb.CliAsync("set confirm off", cancellationToken).ConfigureAwait(false);
            return gdb;
        }
        catch
        {
            await gdb.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Executes a command of GDB's command line. The command must not resume the target.</summary>
    /// <param name="command">The command, for example <c>info registers</c>.</param>
    /// <param name="cancellationToken">Cancels the command. This GDB cannot be used afterwards.</param>
    /// <exception cref="GdbCommandException">GDB refused the command.</exception>
    /// <exception cref="GdbTimeoutException">GDB did not answer in time.</exception>
    /// <exception cref="GdbEndedException">GDB exited.</exception>
    /// <exception cref="GdbException">GDB did not answer an earlier command.</exception>
    /// <exception cref="InvalidOperationException">Another command is being executed.</exception>
    public async Task<GdbAnswer> CliAsync(string command, CancellationToken cancellationToken = default) =>
        (await AskAsync(command, stops: false, cancellationToken).ConfigureAwait(false)).Answer;

    /// <summary>Connects to a QEMU's <c>-gdb</c> socket.</summary>
    /// <param name="address">The path of a Unix socket, or <c>host:port</c>.</param>
    /// <param name="cancellationToken">Cancels the command. This GDB cannot be used afterwards.</param>
    /// <exception cref="GdbException">GDB could not connect; see <see cref="CliAsync"/>.</exception>
    public Task ConnectAsync(string address, CancellationToken cancellationToken = default) =>
        AskAsync($"-target-select remote {address}", stops: false, cancellationToken);

    /// <summary>Gets whether the target can run backwards, according to GDB.</summary>
    public async Task<bool> CanReverseAsync(CancellationToken cancellationToken = default)
    {
        (GdbRecord result, _, _) = await AskAsync("-list-target-features", stops: false, cancellationToken).ConfigureAwait(false);
        return result.Results["features"] is JsonArray features && features.Any(f => f?.GetValue<string>() == "reverse");
    }

    /// <summary>Evaluates an expression whose value is an address or an unsigned number, for example <c>$pc</c>.</summary>
    /// <exception cref="GdbException">The value is not a number; otherwise see <see cref="CliAsync"/>.</exception>
    public async Task<ulong> EvaluateAsync(string expression, CancellationToken cancellationToken = default)
    {
        GdbAnswer answer = await CliAsync($"output/x (unsigned long long)({expression})", cancellationToken).ConfigureAwait(false);
        return GdbNumber.Parse(answer.Console)
            ?? throw new GdbException($"GDB's value of {expression} is not a number: '{answer.Console}'.", _transcript.ToString());
    }

    /// <summary>Sets a breakpoint at an address.</summary>
    public Task BreakAsync(ulong address, CancellationToken cancellationToken = default) =>
        AskAsync($"-break-insert *0x{address:x}", stops: false, cancellationToken);

    /// <summary>Executes one instruction of the target forwards or backwards, and waits for the stop.</summary>
    /// <param name="reverse">Whether to step backwards.</param>
    /// <param name="cancellationToken">Cancels the command. This GDB cannot be used afterwards.</param>
    /// <exception cref="GdbTimeoutException">The target did not stop in time.</exception>
    /// <exception cref="GdbException">See <see cref="CliAsync"/>.</exception>
    public Task<GdbStop> StepInstructionAsync(bool reverse = false, CancellationToken cancellationToken = default) =>
        ResumeAsync("-exec-step-instruction", reverse, cancellationToken);

    /// <summary>Resumes the target forwards or backwards, and waits for the stop.</summary>
    /// <param name="reverse">Whether to run backwards.</param>
    /// <param name="cancellationToken">Cancels the command. This GDB cannot be used afterwards.</param>
    /// <exception cref="GdbTimeoutException">The target did not stop in time.</exception>
    /// <exception cref="GdbException">See <see cref="CliAsync"/>.</exception>
    public Task<GdbStop> ContinueAsync(bool reverse = false, CancellationToken cancellationToken = default) =>
        ResumeAsync("-exec-continue", reverse, cancellationToken);

    /// <summary>Asks GDB to exit, and kills it after 5 s. Kills it at once if it did not answer a command.</summary>
    /// <exception cref="GdbException">GDB did not exit within 10 s of SIGKILL.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_unanswered is null && _busy == 0 && !_exit.Task.IsCompleted)
        {
            Send("-gdb-exit");
            await Task.WhenAny(_exit.Task, Task.Delay(Timeouts.Scale(ExitTimeout))).ConfigureAwait(false);
        }

        await _kill.CancelAsync().ConfigureAwait(false);
        TimeSpan atMost = Timeouts.Scale(KillTimeout);
        try
        {
            await _exit.Task.WaitAsync(atMost).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GdbException(
                $"GDB '{Path}' did not exit within {atMost.TotalSeconds:0.###} s of SIGKILL; it hangs in the kernel (state D in ps).",
                _transcript.ToString());
        }
        finally
        {
            _kill.Dispose();
            _transcript.Dispose();
        }
    }

    private async Task<GdbStop> ResumeAsync(string command, bool reverse, CancellationToken cancellationToken)
    {
        (_, _, GdbStop? stop) = await AskAsync(reverse ? command + " --reverse" : command, stops: true, cancellationToken).ConfigureAwait(false);
        return stop!;
    }

    private async Task<(GdbRecord Result, GdbAnswer Answer, GdbStop? Stop)> AskAsync(
        string command, bool stops, CancellationToken cancellationToken)
    {
        if (_unanswered is { } earlier)
            throw new GdbException($"This GDB did not complete '{earlier}', so it cannot execute '{command}'. Start another GDB.", _transcript.ToString());
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException($"GDB executes one command at a time: await '{_pending?.Text}' before '{command}'.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        PendingGdbCommand pending = Begin(command);
        try
        {
            Send($"{pending.Token.ToString(CultureInfo.InvariantCulture)}{command}");
            GdbRecord result = await pending.Result.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
            GdbStop? stop = stops ? await pending.Stop.Task.WaitAsync(deadline.Token).ConfigureAwait(false) : null;
            lock (_gate)
                return (result, pending.Answer, stop);
        }
        catch (OperationCanceledException)
        {
            _unanswered = command;
            cancellationToken.ThrowIfCancellationRequested();
            string awaited = pending.Result.Task.IsCompleted ? "the stop of the target after" : "the answer to";
            throw new GdbTimeoutException($"{awaited} '{command}'", _timeout, _transcript.ToString());
        }
        finally
        {
            lock (_gate)
                _pending = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    private PendingGdbCommand Begin(string command)
    {
        lock (_gate)
        {
            _pending = new PendingGdbCommand(++_lastToken, command);
            if (_exit.Task.IsCompletedSuccessfully)
                _pending.Fail(new GdbEndedException(Path, command, _exit.Task.Result, _transcript.ToString()));
            return _pending;
        }
    }

    private void Send(string line)
    {
        _transcript.Add(">", line);
        _commands.Writer.TryWrite(line + "\n");
    }

    private void Received(string line)
    {
        _transcript.Add("<", line);
        lock (_gate)
        {
            if (_pending is not { } pending)
                return;
            try
            {
                pending.Take(GdbRecord.Parse(line), _transcript.ToString);
            }
            catch (FormatException error)
            {
                pending.Fail(new GdbException(error.Message, _transcript.ToString()));
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            Command command = ChildProcesses.Guarded(Path, ["-nx", "-q", "--interpreter=mi2"])
                .WithStandardInputPipe(PipeSource.Create(WriteCommandsAsync))
                .WithStandardOutputPipe(PipeTarget.ToDelegate(Received, Encoding.UTF8))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line => _transcript.Add("!", line), Encoding.UTF8));
            CommandTask<CommandResult> task = await ChildProcesses.StartAsync(command, [], _kill.Token).ConfigureAwait(false);
            _ = WatchAsync(task);
        }
        catch (Exception error) when (error is Win32Exception or CliWrapException)
        {
            _exit.TrySetResult(new ProcessExit(127));
            throw new GdbException($"GDB '{Path}' cannot be run: {error.Message}", "");
        }
    }

    private async Task WriteCommandsAsync(Stream input, CancellationToken cancellationToken)
    {
        await foreach (string command in _commands.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await input.WriteAsync(Encoding.UTF8.GetBytes(command), cancellationToken).ConfigureAwait(false);
            await input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(CommandTask<CommandResult> task)
    {
        const int KilledByUs = 128 + 9;
        int code = KilledByUs;
        try
        {
            code = (await task.Task.ConfigureAwait(false)).ExitCode;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The disposal killed it, or it exited while a command was being written.
        }
        finally
        {
            lock (_gate)
            {
                _exit.TrySetResult(new ProcessExit(code));
                _pending?.Fail(new GdbEndedException(Path, _pending.Text, new ProcessExit(code), _transcript.ToString()));
            }
        }
    }
}
