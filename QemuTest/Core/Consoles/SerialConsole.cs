using System.Net.Sockets;
using System.Text;

namespace QemuTest.Consoles;

/// <summary>
/// A serial console. It is always read, also without a wait, so the guest never stalls; all bytes are written to the log at once. A wait
/// searches the text after the last match, across reads and lines. Every wait has a timeout. Typing is thread-safe; only one wait may be
/// active at a time.
/// </summary>
/// <remarks>The console functions of <c>qemu_test.cmd</c> in QEMU's own framework.</remarks>
public sealed class SerialConsole : IAsyncDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    private readonly Socket _socket;
    private readonly FileStream _log;
    private readonly Func<CancellationToken, Task<string>> _explainEnd;
    private readonly Lock _gate = new();
    private readonly ConsoleBuffer _buffer = new();
    private readonly SemaphoreSlim _typing = new(1, 1);
    private readonly Task _draining;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;
    private int _waiting;

    /// <summary>Creates a console on a connected socket.</summary>
    /// <param name="socket">The socket. The console disposes it.</param>
    /// <param name="name">The name of the console in errors.</param>
    /// <param name="logFile">The path of the log, which is overwritten.</param>
    /// <param name="explainEnd">Returns the reason for the end of the console, for example QEMU's exit and output. It is part of the
    /// exception of the wait that the end interrupts.</param>
    internal SerialConsole(Socket socket, string name, string logFile, Func<CancellationToken, Task<string>> explainEnd)
    {
        _socket = socket;
        Name = name;
        LogFile = logFile;
        _explainEnd = explainEnd;
        _log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _draining = Task.Run(DrainAsync);
    }

    /// <summary>Gets the name of the console in errors.</summary>
    public string Name { get; }

    /// <summary>Gets the path of the log, which has every byte received.</summary>
    public string LogFile { get; }

    /// <summary>Gets the last lines, at most 20, with control characters made visible.</summary>
    public string LastLines
    {
        get
        {
            lock (_gate)
                return _buffer.LastLines();
        }
    }

    /// <summary>Waits until a pattern appears. The next wait starts after the match.</summary>
    /// <param name="success">The awaited pattern.</param>
    /// <param name="timeout">The timeout of the wait.</param>
    /// <param name="failure">A pattern that fails the wait if it matches first. If both end at the same position, success counts.</param>
    /// <param name="cancellationToken">Cancels the wait. The text is left to the next wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    /// <exception cref="ConsoleTimeoutException">The pattern did not appear in time.</exception>
    /// <exception cref="ConsoleFailurePatternException">The failure pattern matched first.</exception>
    /// <exception cref="ConsoleClosedException">The console was closed first. The message says how QEMU exited.</exception>
    /// <exception cref="InvalidOperationException">Another wait is active.</exception>
    public Task<ConsoleMatch> WaitForAsync(
        ConsolePattern success, TimeSpan timeout, ConsolePattern? failure = null, CancellationToken cancellationToken = default) =>
        WaitAsync(success, failure, command: null, timeout, cancellationToken);

    /// <summary>Types a text. End a line with <c>\r</c>. Thread-safe.</summary>
    /// <param name="text">The text, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the operation; part of the text may have been typed.</param>
    /// <exception cref="ConsoleClosedException">The console is closed.</exception>
    public async Task TypeAsync(string text, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
        await _typing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new ConsoleClosedException(
                Name, $"'{ConsoleText.Printable(text.TrimEnd())}' to be typed", await _explainEnd(cancellationToken).ConfigureAwait(false), LastLines);
        }
        finally
        {
            _typing.Release();
        }
    }

    /// <summary>Types a command and a carriage return, then waits for a pattern in the output. The echo of the command matches neither
    /// pattern. Text from before the command is skipped.</summary>
    /// <param name="command">One line, without a line end.</param>
    /// <param name="success">The awaited pattern.</param>
    /// <param name="timeout">The timeout for the typing and the wait together.</param>
    /// <param name="failure">A pattern that fails the wait if it matches first.</param>
    /// <param name="cancellationToken">Cancels the wait; the command may have been typed.</param>
    /// <exception cref="ArgumentException">The command is empty.</exception>
    /// <exception cref="ConsoleException">The pattern did not appear; see <see cref="WaitForAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">Another wait is active.</exception>
    public Task<ConsoleMatch> RunAsync(
        string command,
        ConsolePattern success,
        TimeSpan timeout,
        ConsolePattern? failure = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        return WaitAsync(success, failure, command, timeout, cancellationToken);
    }

    /// <summary>Types a text repeatedly until a pattern appears, for example to stop the countdown of a boot loader. Types nothing if the
    /// pattern is there already.</summary>
    /// <param name="success">The awaited pattern.</param>
    /// <param name="timeout">The timeout of the wait.</param>
    /// <param name="every">The interval between two texts.</param>
    /// <param name="interrupt">The text.</param>
    /// <param name="failure">A pattern that fails the wait if it matches first.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ConsoleException">The pattern did not appear; see <see cref="WaitForAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">Another wait is active.</exception>
    public async Task<ConsoleMatch> InterruptUntilAsync(
        ConsolePattern success,
        TimeSpan timeout,
        TimeSpan every,
        string interrupt = "\r",
        ConsolePattern? failure = null,
        CancellationToken cancellationToken = default)
    {
        // The wait starts first: it may complete at once, or be refused; then nothing must be typed.
        Task<ConsoleMatch> wait = WaitForAsync(success, timeout, failure, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task typing = wait.IsCompleted ? Task.CompletedTask : TypeRepeatedlyAsync(interrupt, every, stop.Token);
        try
        {
            return await wait.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await typing.ConfigureAwait(false);
        }
    }

    /// <summary>Logs everything that has arrived, and closes the console.</summary>
    /// <exception cref="IOException">The log could not be written, for example because the disk is full.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // QEMU closed its end first.
        }

        try
        {
            await _draining.ConfigureAwait(false);
        }
        finally
        {
            _socket.Dispose();
            await _log.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task TypeRepeatedlyAsync(string interrupt, TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            do
                await TypeAsync(interrupt, cancellationToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is OperationCanceledException or ConsoleClosedException)
        {
            // The wait reports the reason.
        }
    }

    private async Task<ConsoleMatch> WaitAsync(
        ConsolePattern success, ConsolePattern? failure, string? command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        timeout = Timeouts.Scale(Timeouts.Checked(timeout, nameof(timeout)));
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            throw new InvalidOperationException($"Console '{Name}': one wait at a time. Await the active one first.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            ConsoleSearch search;
            lock (_gate)
            {
                if (command is not null)
                    _buffer.MoveTo(_buffer.Text.Length);
                search = new ConsoleSearch(Name, _buffer, success, failure);
            }

            if (command is not null)
            {
                await TypeAsync(command + "\r", deadline.Token).ConfigureAwait(false);
                search.Echo = new TypedEcho(command);
            }

            bool whole = false;
            while (true)
            {
                Task more;
                bool ended, exhausted;
                lock (_gate)
                {
                    ended = _ended;
                    more = _more.Task;
                    if (search.Look(whole || ended) is { } found)
                        return found;
                    exhausted = search.IsExhausted;
                }

                if (ended)
                    throw new ConsoleClosedException(
                        Name, success.ToString()!, await _explainEnd(cancellationToken).ConfigureAwait(false), LastLines);
                if (whole || exhausted)
                    deadline.Token.ThrowIfCancellationRequested();
                await more.WaitAsync(exhausted ? Timeout.InfiniteTimeSpan : Quiet, deadline.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // A pause of the guest leaves time for a search of all of the text; the end of the timeout is the last chance for it.
                whole = !more.IsCompleted || deadline.IsCancellationRequested;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConsoleTimeoutException(Name, success.ToString()!, timeout, LastLines);
        }
        finally
        {
            Volatile.Write(ref _waiting, 0);
        }
    }

    private async Task DrainAsync()
    {
        byte[] bytes = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(bytes).ConfigureAwait(false) is > 0 and var count)
            {
                _log.Write(bytes, 0, count);
                lock (_gate)
                {
                    _buffer.Append(bytes.AsSpan(0, count));
                    Wake();
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // A reset is handled like an end of file; the active wait reports it.
        }
        finally
        {
            // Also if the log cannot be written: no wait may hang until the disposal reports that error.
            lock (_gate)
            {
                _ended = true;
                Wake();
            }
        }
    }

    private void Wake()
    {
        _more.TrySetResult();
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
