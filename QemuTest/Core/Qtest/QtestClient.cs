using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace QemuTest.Qtest;

/// <summary>
/// Plays a machine's processor: reads and writes its memory and ports, moves its clock, hears its interrupt lines. Interrupts are kept
/// apart from answers; upstream's <c>QEMUQtestProtocol</c> takes the next line for the answer, whatever it is. Thread-safe: commands wait
/// for each other.
/// </summary>
public sealed class QtestClient : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly Action<string>? _log;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Channel<QtestInterrupt> _interrupts = Channel.CreateUnbounded<QtestInterrupt>();
    private readonly string _name;
    private readonly Task _reading;
    private bool _useless;

    internal QtestClient(Socket socket, string name, Action<string>? log)
    {
        _socket = socket;
        _name = name;
        _log = log;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Sends a command of QEMU's qtest protocol, and returns what its <c>OK</c> says.</summary>
    /// <param name="command">One line, for example <c>readl 0x1000</c>.</param>
    /// <param name="cancellationToken">Gives up; the client is of no more use then.</param>
    /// <exception cref="QtestException">QEMU answered <c>FAIL</c>, did not answer within 30 s, or is gone.</exception>
    public async Task<string> CommandAsync(string command, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan timeout = Timeouts.Scale(Timeout);
        deadline.CancelAfter(timeout);
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_useless)
                throw new QtestException($"qtest of '{_name}' did not answer an earlier command.");
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
            throw new QtestException($"qtest of '{_name}' did not answer '{command}' within {timeout.TotalSeconds:0.###} s.");
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The next change of an intercepted interrupt line, in their order; those before the call count.</summary>
    /// <param name="timeout">The timeout.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="QtestException">None came in time, or QEMU is gone.</exception>
    public async Task<QtestInterrupt> NextInterruptAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout = Timeouts.Scale(timeout);
        deadline.CancelAfter(timeout);
        try
        {
            return await _interrupts.Reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QtestException($"qtest of '{_name}': no interrupt line changed within {timeout.TotalSeconds:0.###} s.");
        }
        catch (ChannelClosedException error)
        {
            throw new QtestException($"qtest of '{_name}' ended while an interrupt was awaited.", error);
        }
    }

    /// <summary>Hears the input lines of a device from now on; one device a machine.</summary>
    /// <param name="path">The device's QOM path or id, for example <c>ioapic</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
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

    /// <summary>Moves the machine's clock forwards, which runs the timers on the way. QEMU refuses it without the qtest
    /// accelerator.</summary>
    /// <param name="nanoseconds">How far; null to the next timer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The clock, in nanoseconds.</returns>
    public async Task<long> ClockStepAsync(long? nanoseconds = null, CancellationToken cancellationToken = default)
    {
        string step = nanoseconds is { } given ? " " + given.ToString(CultureInfo.InvariantCulture) : "";
        return long.Parse(await CommandAsync("clock_step" + step, cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>Closes the socket; the machine goes on.</summary>
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
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "1, 2, 4 or 8 bytes"),
    };

    private async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        // Until its answer is here, the next answer is not the next command's.
        _useless = true;
        _log?.Invoke($"qtest {_name} > {command}");
        try
        {
            ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes(command + "\n");
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            string answer = await _answers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _useless = false;
            return answer;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            throw new QtestException($"qtest of '{_name}' ended before it answered '{command}'.", error);
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
            // The end, which whoever waits is told.
        }
        finally
        {
            _answers.Writer.TryComplete();
            _interrupts.Writer.TryComplete();
        }
    }

    private void Take(string line)
    {
        _log?.Invoke($"qtest {_name} < {line}");
        string[] words = line.Split(' ');
        if (words is ["IRQ", "raise" or "lower", var number])
            _interrupts.Writer.TryWrite(new QtestInterrupt(int.Parse(number, CultureInfo.InvariantCulture), words[1] == "raise"));
        else if (line.Length > 0)
            _answers.Writer.TryWrite(line);
    }
}
