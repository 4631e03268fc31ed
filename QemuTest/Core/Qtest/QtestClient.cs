using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace QemuTest.Qtest;

/// <summary>
/// Acts as the processor of a machine: reads and writes memory and ports, moves the clock, receives interrupts. Thread-safe: a command
/// waits until the one before it is answered.
/// </summary>
/// <remarks><c>qemu.qtest.QEMUQtestProtocol</c> in QEMU's own framework, which does not separate interrupts from answers.</remarks>
public sealed class QtestClient : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly ILogger? _logger;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Channel<QtestInterrupt> _interrupts = Channel.CreateUnbounded<QtestInterrupt>();
    private readonly string _name;
    private readonly Task _reading;
    private bool _unusable;

    internal QtestClient(Socket socket, string name, ILogger? logger)
    {
        _socket = socket;
        _name = name;
        _logger = logger;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Sends a command of QEMU's qtest protocol.</summary>
    /// <param name="command">One line, for example <c>readl 0x1000</c>.</param>
    /// <param name="cancellationToken">Cancels the command. The client cannot be used afterwards.</param>
    /// <returns>The text after <c>OK</c> in the answer.</returns>
    /// <exception cref="QtestException">QEMU answered <c>FAIL</c> or exited, or an earlier command was not answered.</exception>
    /// <exception cref="QtestTimeoutException">QEMU did not answer within 30 s. The client cannot be used afterwards.</exception>
    public async Task<string> CommandAsync(string command, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan timeout = Timeouts.Scale(Timeout);
        deadline.CancelAfter(timeout);
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_unusable)
                throw new QtestException($"qtest of '{_name}' did not answer an earlier command. Launch the machine again.");
            string answer = await AskAsync(command, deadline.Token).ConfigureAwait(false);
            return answer switch
            {
                "OK" => "",
                _ when answer.StartsWith("OK ", StringComparison.Ordinal) => answer[3..],
                _ => throw new QtestException($"qtest of '{_name}' refused '{command}': {answer}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QtestTimeoutException(_name, $"the answer to '{command}'", timeout);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Waits for the next change of an intercepted interrupt line. Changes are returned in order, including those before the
    /// call.</summary>
    /// <param name="timeout">The timeout.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    /// <exception cref="QtestTimeoutException">No line changed in time.</exception>
    /// <exception cref="QtestException">QEMU exited.</exception>
    public async Task<QtestInterrupt> NextInterruptAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout = Timeouts.Scale(Timeouts.Checked(timeout, nameof(timeout)));
        deadline.CancelAfter(timeout);
        try
        {
            return await _interrupts.Reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QtestTimeoutException(_name, "a change of an interrupt line", timeout);
        }
        catch (ChannelClosedException error)
        {
            throw new QtestException($"qtest of '{_name}' was closed during the wait for an interrupt.", error);
        }
    }

    /// <summary>Intercepts the input lines of a device. QEMU allows one device per machine.</summary>
    /// <param name="path">The device's QOM path or id, for example <c>ioapic</c>.</param>
    /// <param name="cancellationToken">Cancels the command. The client cannot be used afterwards.</param>
    /// <exception cref="QtestException">See <see cref="CommandAsync"/>.</exception>
    public Task InterceptInputsAsync(string path, CancellationToken cancellationToken = default) =>
        CommandAsync($"irq_intercept_in {path}", cancellationToken);

    /// <summary>Reads 1, 2, 4 or 8 bytes of memory as a number in the target's byte order.</summary>
    public async Task<ulong> ReadAsync(ulong address, int width, CancellationToken cancellationToken = default) =>
        Number(await CommandAsync($"read{Letter(width)} 0x{address:x}", cancellationToken).ConfigureAwait(false));

    /// <summary>Writes 1, 2, 4 or 8 bytes of memory as a number in the target's byte order.</summary>
    public Task WriteAsync(ulong address, int width, ulong value, CancellationToken cancellationToken = default) =>
        CommandAsync($"write{Letter(width)} 0x{address:x} 0x{value:x}", cancellationToken);

    /// <summary>Reads an I/O port of 1, 2 or 4 bytes.</summary>
    public async Task<uint> InAsync(ushort port, int width, CancellationToken cancellationToken = default) =>
        (uint)Number(await CommandAsync($"in{Letter(width)} 0x{port:x}", cancellationToken).ConfigureAwait(false));

    /// <summary>Writes an I/O port of 1, 2 or 4 bytes.</summary>
    public Task OutAsync(ushort port, int width, uint value, CancellationToken cancellationToken = default) =>
        CommandAsync($"out{Letter(width)} 0x{port:x} 0x{value:x}", cancellationToken);

    /// <summary>Moves the clock of the machine forwards and runs the timers that expire. Needs the qtest accelerator.</summary>
    /// <param name="nanoseconds">The distance in nanoseconds; null to move to the next timer.</param>
    /// <param name="cancellationToken">Cancels the command. The client cannot be used afterwards.</param>
    /// <returns>The new time of the clock in nanoseconds.</returns>
    /// <exception cref="QtestException">QEMU has no qtest accelerator; otherwise see <see cref="CommandAsync"/>.</exception>
    public async Task<long> ClockStepAsync(long? nanoseconds = null, CancellationToken cancellationToken = default)
    {
        string step = nanoseconds is { } given ? " " + given.ToString(CultureInfo.InvariantCulture) : "";
        return long.Parse(await CommandAsync("clock_step" + step, cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>Closes the socket. The machine keeps running.</summary>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading.ConfigureAwait(false);
        _asking.Dispose();
    }

    private static ulong Number(string text) =>
        ulong.Parse(text.AsSpan(text.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static char Letter(int width) => width switch
    {
        1 => 'b',
        2 => 'w',
        4 => 'l',
        8 => 'q',
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "The width must be 1, 2, 4 or 8 bytes."),
    };

    private async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        // An answer that arrives after a timeout would be mistaken for that of the next command.
        _unusable = true;
        _logger?.QtestCommand(_name, command);
        try
        {
            ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes(command + "\n");
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            string answer = await _answers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _unusable = false;
            return answer;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            throw new QtestException($"qtest of '{_name}' was closed before it answered '{command}'.", error);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var stream = new NetworkStream(_socket, ownsSocket: false);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
                Take(line);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            // The end of the channels below tells those who wait.
        }
        finally
        {
            _answers.Writer.TryComplete();
            _interrupts.Writer.TryComplete();
        }
    }

    private void Take(string line)
    {
        _logger?.QtestLine(_name, line);
        string[] words = line.Split(' ');
        if (words is ["IRQ", "raise" or "lower", var number])
            _interrupts.Writer.TryWrite(new QtestInterrupt(int.Parse(number, CultureInfo.InvariantCulture), words[1] == "raise"));
        else if (line.Length > 0)
            _answers.Writer.TryWrite(line);
    }
}
