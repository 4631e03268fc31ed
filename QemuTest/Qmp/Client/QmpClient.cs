using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>
/// A session with one QMP monitor. The client negotiates, matches replies to commands by id, and delivers events as streams.
/// </summary>
/// <remarks>
/// Typed commands are extension methods of <see cref="IQmpExecutor"/>. Every member is thread-safe, and any number of commands can
/// run at once. Every wait has a timeout, multiplied by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c> where that variable is set. Upstream:
/// <c>qemu.qmp.QMPClient</c>.
/// </remarks>
public sealed class QmpClient : IQmpExecutor, IAsyncDisposable
{
    private readonly QmpClientOptions _options;
    private readonly QmpChannel _channel;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly QmpEventHub _events = new();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposing = new();
    private QmpException? _ended;
    private Task _reading = Task.CompletedTask;
    private long _lastId = -1;
    private int _disposed;

    private QmpClient(QmpChannel channel, QmpTranscript transcript, QmpGreeting greeting, QmpClientOptions options)
    {
        _options = options;
        _channel = channel;
        Transcript = transcript;
        Greeting = greeting;
        OutOfBand = greeting.Capabilities.Contains("oob");
    }

    /// <summary>Gets the name of the monitor in errors, from <see cref="QmpClientOptions.Name"/>.</summary>
    public string Name => _options.Name;

    /// <summary>Gets QEMU's first message.</summary>
    public QmpGreeting Greeting { get; }

    /// <summary>Gets whether the monitor offers out-of-band execution. The client then negotiates it.</summary>
    public bool OutOfBand { get; }

    /// <summary>Gets whether commands can still be sent.</summary>
    public bool IsConnected => Volatile.Read(ref _ended) is null;

    /// <summary>Gets a task that completes at the end of the session: with the error that ended it, or with null after a normal
    /// end.</summary>
    public Task<Exception?> Closed => _closed.Task;

    /// <summary>Gets the last messages in both directions with their times.</summary>
    public QmpTranscript Transcript { get; }

    /// <summary>Connects to a listening monitor and negotiates.</summary>
    /// <param name="endPoint">A Unix socket (see <see cref="UnixSocketPath"/>) or a TCP address.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QmpConnectException">Nobody listens, there is no greeting within the timeout, or the negotiation fails.</exception>
    public static async Task<QmpClient> ConnectAsync(
        EndPoint endPoint, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        bool unix = endPoint is UnixDomainSocketEndPoint;
        var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var expiry = new CancellationTokenSource(Timeouts.Scale(options.ConnectTimeout), options.Time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new QmpConnectException($"Monitor '{options.Name}' cannot be reached at {endPoint}: {error.Message}", error) { Monitor = options.Name };
        }

        return await BeginAsync(socket, options, timeout.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes over a connected socket and negotiates. QEMU inherited the other end, or connected to it.</summary>
    /// <param name="socket">The socket. The client owns it from now on, even after an error.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="QmpConnectException">There is no greeting within the timeout, or the negotiation fails.</exception>
    public static async Task<QmpClient> AttachAsync(
        Socket socket, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        using var expiry = new CancellationTokenSource(Timeouts.Scale(options.ConnectTimeout), options.Time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        return await BeginAsync(socket, options, timeout.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<JsonElement> ExecuteAsync(
        string command,
        JsonElement? arguments = null,
        QmpCommandOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new QmpCommandOptions();
        if (options.OutOfBand && !OutOfBand)
            throw new InvalidOperationException($"Monitor '{Name}' does not offer out-of-band execution, which '{command}' was to use.");
        if (options.FileDescriptors.Any(handle => handle.IsClosed || handle.IsInvalid))
            throw new ArgumentException(
                $"A file descriptor for '{command}' is closed or was never open. Keep it open until the reply.", nameof(options));
        TimeSpan timeout = Timeouts.Scale(options.Timeout ?? _options.CommandTimeout);

        string id = string.Create(CultureInfo.InvariantCulture, $"qemu-test#{Interlocked.Increment(ref _lastId):D5}");
        var reply = new TaskCompletionSource<JsonElement>(command, TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            // Register first, check second: the end of the session either finds the entry or is found here.
            if (Volatile.Read(ref _ended) is { } ended)
                throw Disconnected(command, ended);

            ReadOnlyMemory<byte> message = QmpMessage.Compose(command, arguments, options.OutOfBand, id);
            Transcript.Add(QmpDirection.Sent, QmpText.Shorten(Encoding.UTF8.GetString(message.Span)));

            // A started message is sent completely, so a peer that does not read can block the send forever. The timeout ends the
            // wait for the send; the end of the connection ends the send itself.
            await _channel.SendAsync(message, options.FileDescriptors, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            JsonElement answer = await reply.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
            return QmpMessage.Result(Name, command, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpTimeoutException(
                $"reply to '{command}'",
                timeout,
                $"Monitor '{Name}' did not answer '{command}' within {timeout.TotalSeconds:0.###} s.")
            {
                Monitor = Name,
                Command = command,
            };
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Disconnected(command, error);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Queues the named events from now on.</summary>
    /// <param name="names">The names of the events as QEMU spells them. No names subscribe to all events.</param>
    public QmpEventSubscription Subscribe(params string[] names) =>
        Subscribe(e => names.Length == 0 || names.Contains(e.Name));

    /// <summary>Queues the events that a filter accepts, from now on.</summary>
    /// <param name="filter">The filter. It runs on the reader's thread: it must be fast and free of side effects. An exception of the
    /// filter ends the subscription with that exception.</param>
    public QmpEventSubscription Subscribe(Func<QmpEvent, bool> filter) => _events.Subscribe(Name, filter);

    /// <summary>Closes the connection. Running commands fail with <see cref="QmpDisconnectedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        End(null);
        await _disposing.CancelAsync().ConfigureAwait(false);
        _channel.Close();
        await _reading.ConfigureAwait(false);
        await _channel.DisposeAsync().ConfigureAwait(false);
        _disposing.Dispose();
    }

    private static async Task<QmpClient> BeginAsync(
        Socket socket, QmpClientOptions options, CancellationToken timeout, CancellationToken cancellationToken)
    {
        var channel = new QmpChannel(socket, options.MaxMessageBytes);
        var transcript = new QmpTranscript(options.OnTranscript, TimeProvider.System);
        QmpClient? client = null;
        string phase = "the greeting";
        try
        {
            JsonElement greeting = await ReceiveAsync(channel, transcript, timeout).ConfigureAwait(false)
                ?? throw new QmpDisconnectedException("the connection ended before the greeting") { Monitor = options.Name };
            client = new QmpClient(channel, transcript, QmpGreeting.Parse(greeting), options);

            phase = "the negotiation";
            client._reading = Task.Run(client.ReadAsync, CancellationToken.None);
            JsonElement? arguments = client.OutOfBand ? JsonElement.Parse("""{"enable": ["oob"]}""") : null;
            await client.ExecuteAsync(
                "qmp_capabilities", arguments, new() { Timeout = options.ConnectTimeout }, timeout).ConfigureAwait(false);
            return client;
        }
        catch (Exception error)
        {
            IAsyncDisposable owner = client is null ? channel : client;
            await owner.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new QmpConnectException(
                    $"Monitor '{options.Name}': {phase} did not come within {Timeouts.Scale(options.ConnectTimeout).TotalSeconds:0.###} s.", error)
                {
                    Monitor = options.Name,
                };
            if (error is QmpException or SocketException or IOException)
                throw new QmpConnectException($"Monitor '{options.Name}': {phase} failed: {error.Message}", error) { Monitor = options.Name };
            throw;
        }
    }

    private static async Task<JsonElement?> ReceiveAsync(QmpChannel channel, QmpTranscript transcript, CancellationToken cancellationToken)
    {
        JsonElement? message = await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        if (message is { } received)
            transcript.Add(QmpDirection.Received, QmpText.Excerpt(received));
        return message;
    }

    private async Task ReadAsync()
    {
        QmpException? failure = null;
        try
        {
            while (await ReceiveAsync(_channel, Transcript, _disposing.Token).ConfigureAwait(false) is { } message)
                Dispatch(message);
        }
        catch (QmpProtocolException error)
        {
            error.Monitor = Name;
            failure = error;
            Transcript.Add(QmpDirection.Remark, error.Message);
        }
        catch (Exception error)
        {
            // Every end of the reader (OnTranscript can throw anything) ends the session too. Otherwise every wait would hang.
            if (Volatile.Read(ref _disposed) == 0)
                failure = new QmpDisconnectedException($"Monitor '{Name}': {error.Message}", error) { Monitor = Name };
        }

        End(failure);
    }

    private void Dispatch(JsonElement message)
    {
        if (message.TryGetProperty("event", out _))
        {
            _events.Offer(QmpEvent.Parse(message));
            return;
        }

        bool isError = message.TryGetProperty("error", out JsonElement error);
        if (!message.TryGetProperty("id", out JsonElement id))
        {
            // Every command has an id. An error without one means that QEMU could not parse the command.
            throw new QmpProtocolException(isError
                ? $"Monitor '{Name}' could not parse a command: {QmpText.Excerpt(error)}"
                : $"A message that is neither event nor reply: {QmpText.Excerpt(message)}");
        }

        if (_pending.TryRemove(id.ToString(), out TaskCompletionSource<JsonElement>? reply))
            reply.TrySetResult(message);
        else
            Transcript.Add(QmpDirection.Remark, $"dropped a reply that nobody waits for: id {id}");
    }

    private void End(QmpException? failure)
    {
        QmpException ended = failure ?? new QmpDisconnectedException($"Monitor '{Name}' closed the connection.") { Monitor = Name };
        if (Interlocked.CompareExchange(ref _ended, ended, null) is not null)
            return;
        _events.Complete(failure, ended);
        foreach (string id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out TaskCompletionSource<JsonElement>? reply))
                reply.TrySetException(ended is QmpProtocolException ? ended : ClosedBeforeReply((string)reply.Task.AsyncState!, ended));
        }

        _closed.TrySetResult(failure);
    }

    private QmpDisconnectedException Disconnected(string command, Exception reason) =>
        new($"Monitor '{Name}' is not connected, so '{command}' cannot be sent: {reason.Message}", reason) { Monitor = Name, Command = command };

    private QmpDisconnectedException ClosedBeforeReply(string command, Exception reason) =>
        new($"Monitor '{Name}' closed before the reply to '{command}': {reason.Message}", reason) { Monitor = Name, Command = command };
}
