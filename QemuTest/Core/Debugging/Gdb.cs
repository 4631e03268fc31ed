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
/// A GDB that is talked to by its machine interface. Every command has a number, and is over when GDB answers that number; one that lets
/// the target run is over when GDB reports the stop. Upstream's <c>GDB</c> takes 0.2 s of silence for an answer instead. One command at
/// a time; every one has the limit of <see cref="GdbOptions.CommandTimeout"/>. GDB dies with the test host.
/// </summary>
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
    private bool _useless;

    private Gdb(GdbOptions options)
    {
        Path = options.Path;
        _timeout = Timeouts.Scale(options.CommandTimeout);
        _transcript = new GdbTranscript(options.LogFile);
    }

    /// <summary>Which GDB it is.</summary>
    public string Path { get; }

    /// <summary>Starts GDB, without anyone's init files, and waits until it answers.</summary>
    /// <exception cref="GdbException">It cannot be run, or does not answer.</exception>
    public static async Task<Gdb> StartAsync(GdbOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var gdb = new Gdb(options);
        try
        {
            await gdb.RunAsync().ConfigureAwait(false);
            // A packet that QEMU answers late on a busy host is not lost: GDB's own 2 s would take it for lost.
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

    /// <summary>Runs a command of GDB's command line that does not let the target run. Equals upstream's <c>cli</c>.</summary>
    /// <param name="command">For example <c>info registers</c>.</param>
    /// <param name="cancellationToken">Gives up; this GDB is of no more use then.</param>
    /// <exception cref="GdbCommandException">GDB refused it.</exception>
    /// <exception cref="GdbTimeoutException">GDB did not answer.</exception>
    /// <exception cref="GdbEndedException">GDB ended.</exception>
    public async Task<GdbAnswer> CliAsync(string command, CancellationToken cancellationToken = default) =>
        (await AskAsync(command, stops: false, cancellationToken).ConfigureAwait(false)).Answer;

    /// <summary>Connects to a QEMU's <c>-gdb</c> socket.</summary>
    /// <param name="address">The path of a Unix socket, or <c>host:port</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ConnectAsync(string address, CancellationToken cancellationToken = default) =>
        AskAsync($"-target-select remote {address}", stops: false, cancellationToken);

    /// <summary>Whether the target can run backwards, by what GDB knows of it.</summary>
    public async Task<bool> CanReverseAsync(CancellationToken cancellationToken = default)
    {
        (GdbRecord result, _, _) = await AskAsync("-list-target-features", stops: false, cancellationToken).ConfigureAwait(false);
        return result.Results["features"] is JsonArray features && features.Any(f => f?.GetValue<string>() == "reverse");
    }

    /// <summary>The value of an expression that is an address or an unsigned number, for example <c>$pc</c>.</summary>
    public async Task<ulong> EvaluateAsync(string expression, CancellationToken cancellationToken = default)
    {
        GdbAnswer answer = await CliAsync($"output/x (unsigned long long)({expression})", cancellationToken).ConfigureAwait(false);
        return GdbNumber.Parse(answer.Console)
            ?? throw new GdbException($"GDB's answer to {expression} is no number: '{answer.Console}'.", _transcript.ToString());
    }

    /// <summary>Sets a breakpoint at an address.</summary>
    public Task BreakAsync(ulong address, CancellationToken cancellationToken = default) =>
        AskAsync($"-break-insert *0x{address:x}", stops: false, cancellationToken);

    /// <summary>Lets the target execute one instruction, or take one back, and waits for the stop.</summary>
    /// <param name="reverse">Whether to go backwards.</param>
    /// <param name="cancellationToken">Gives up; this GDB is of no more use then.</param>
    /// <exception cref="GdbTimeoutException">The target did not stop.</exception>
    public Task<GdbStop> StepInstructionAsync(bool reverse = false, CancellationToken cancellationToken = default) =>
        ResumeAsync("-exec-step-instruction", reverse, cancellationToken);

    /// <summary>Lets the target run, forwards or backwards, and waits for the stop.</summary>
    /// <param name="reverse">Whether to go backwards.</param>
    /// <param name="cancellationToken">Gives up; this GDB is of no more use then.</param>
    /// <exception cref="GdbTimeoutException">The target did not stop.</exception>
    public Task<GdbStop> ContinueAsync(bool reverse = false, CancellationToken cancellationToken = default) =>
        ResumeAsync("-exec-continue", reverse, cancellationToken);

    /// <summary>Ends GDB; one that does not go by itself is killed after 5 s, one that does not answer at once. Equals upstream's
    /// <c>exit</c>.</summary>
    /// <exception cref="GdbException">It was killed, and had not ended 10 s later.</exception>
    public async ValueTask DisposeAsync()
    {
        if (!_useless && _busy == 0 && !_exit.Task.IsCompleted)
        {
            Send("-gdb-exit");
            await Task.WhenAny(_exit.Task, Task.Delay(ExitTimeout)).ConfigureAwait(false);
        }

        await _kill.CancelAsync().ConfigureAwait(false);
        try
        {
            await _exit.Task.WaitAsync(KillTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GdbException(
                $"GDB '{Path}' did not end within {KillTimeout.TotalSeconds} s of SIGKILL; it hangs in the kernel (state D in ps).",
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
        if (_useless)
            throw new InvalidOperationException("This GDB did not answer an earlier command; start another one.");
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException($"GDB does one command at a time; '{_pending?.Text}' is not over.");
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
            _useless = true;
            cancellationToken.ThrowIfCancellationRequested();
            throw new GdbTimeoutException(
                command, pending.Result.Task.IsCompleted ? "the target's stop" : "the answer", _timeout, _transcript.ToString());
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
                _pending.Fail(new GdbEndedException(command, _exit.Task.Result, _transcript.ToString()));
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
            // Killed by the disposal; or gone while a command was written to it.
        }
        finally
        {
            lock (_gate)
            {
                _exit.TrySetResult(new ProcessExit(code));
                _pending?.Fail(new GdbEndedException(_pending.Text, new ProcessExit(code), _transcript.ToString()));
            }
        }
    }
}
