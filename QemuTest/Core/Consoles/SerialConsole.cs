using System.Net.Sockets;
using System.Text;

namespace QemuTest.Consoles;

/// <summary>
/// One serial console. It is drained from the first byte to the last, whether or not anyone waits, so a chatty guest never
/// stalls; all bytes go to the log as they come. Waits look at the text since the last match, across reads and lines.
/// Typing is thread-safe; one wait at a time. Equals upstream's console functions (<c>wait_for_console_pattern</c>,
/// <c>exec_command_and_wait_for_pattern</c>), with a deadline on each.
/// </summary>
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

    /// <summary>Takes over a connected stream socket.</summary>
    /// <param name="socket">The console's socket, owned from here on.</param>
    /// <param name="name">What the console is called in errors.</param>
    /// <param name="logFile">Where every byte seen goes; truncated first.</param>
    /// <param name="explainEnd">Says why the console ended, for the error of a wait that it disappoints: for example QEMU's exit
    /// status and its last words.</param>
    internal SerialConsole(Socket socket, string name, string logFile, Func<CancellationToken, Task<string>> explainEnd)
    {
        _socket = socket;
        Name = name;
        LogFile = logFile;
        _explainEnd = explainEnd;
        _log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _draining = Task.Run(DrainAsync);
    }

    /// <summary>What the console is called in errors.</summary>
    public string Name { get; }

    /// <summary>The file with every byte seen.</summary>
    public string LogFile { get; }

    /// <summary>The last lines seen, at most 20, escape sequences made visible.</summary>
    public string LastLines
    {
        get
        {
            lock (_gate)
                return _buffer.LastLines();
        }
    }

    /// <summary>Waits until <paramref name="success"/> appears, and goes on from the character after it.</summary>
    /// <param name="success">What is awaited.</param>
    /// <param name="timeout">The timeout for the whole wait.</param>
    /// <param name="failure">What must not appear before it; at the same place, success counts.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="ConsoleTimeoutException">It did not appear in time.</exception>
    /// <exception cref="ConsoleFailurePatternException">The failure pattern appeared first.</exception>
    /// <exception cref="ConsoleClosedException">The console ended first; the text says how QEMU ended.</exception>
    /// <exception cref="InvalidOperationException">Another wait is under way.</exception>
    public Task<ConsoleMatch> WaitForAsync(
        ConsolePattern success, TimeSpan timeout, ConsolePattern? failure = null, CancellationToken cancellationToken = default) =>
        WaitAsync(success, failure, command: null, timeout, cancellationToken);

    /// <summary>Types text as it is. Add <c>\r</c> where a line is meant.</summary>
    /// <param name="text">What is typed, sent as UTF-8.</param>
    /// <param name="cancellationToken">Gives up; part of the text may have been typed.</param>
    /// <exception cref="ConsoleClosedException">The console has ended.</exception>
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

    /// <summary>Types a command and a carriage return, then waits. The terminal's echo of the command is passed over: it cannot
    /// satisfy the pattern, nor fail the wait.</summary>
    /// <param name="command">One line, without its end.</param>
    /// <param name="success">What is awaited in the output.</param>
    /// <param name="timeout">The timeout for the whole wait.</param>
    /// <param name="failure">What must not appear before it.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
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

    /// <summary>Types <paramref name="interrupt"/> again and again until <paramref name="success"/> appears: how a boot loader's
    /// countdown is stopped.</summary>
    /// <param name="success">What is awaited.</param>
    /// <param name="timeout">The timeout for the whole wait.</param>
    /// <param name="every">The pause between two interrupts.</param>
    /// <param name="interrupt">What is typed.</param>
    /// <param name="failure">What must not appear before it.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<ConsoleMatch> InterruptUntilAsync(
        ConsolePattern success,
        TimeSpan timeout,
        TimeSpan every,
        string interrupt = "\r",
        ConsolePattern? failure = null,
        CancellationToken cancellationToken = default)
    {
        // The wait begins first: what is there already needs no interrupt, and a wait that is refused must not type any.
        Task<ConsoleMatch> wait = WaitForAsync(success, timeout, failure, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task typing = wait.IsCompleted ? Task.CompletedTask : TypeAgainAndAgainAsync(interrupt, every, stop.Token);
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

    /// <summary>Closes the console after everything that has arrived was logged.</summary>
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

    private async Task TypeAgainAndAgainAsync(string interrupt, TimeSpan every, CancellationToken cancellationToken)
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
            // The wait itself reports what happened.
        }
    }

    private async Task<ConsoleMatch> WaitAsync(
        ConsolePattern success, ConsolePattern? failure, string? command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            throw new InvalidOperationException($"Console '{Name}': one wait at a time; another is still looking.");
        timeout = Timeouts.Scale(timeout);
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
                // Where the guest pauses there is time to look through everything; where the wait's time is over it is the last chance.
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
            // A reset is an end like any other; the wait that it disappoints explains it.
        }
        finally
        {
            // Also where the log cannot be written: the disposal tells that, and until then no wait may hang.
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
