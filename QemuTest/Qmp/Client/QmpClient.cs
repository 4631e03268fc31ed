using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>
/// A session with one QMP monitor: greeting and negotiation done, commands by id, events as streams. It speaks the
/// protocol; the vocabulary is built on <see cref="IQmpExecutor"/>. Every member is safe from any thread, and any number of
/// commands may be in flight. Equals upstream's <c>qemu.qmp.QMPClient</c>, with a deadline on every wait.
/// </summary>
public sealed class QmpClient : IQmpExecutor, IAsyncDisposable
{
    private readonly QmpClientOptions _options;
    private readonly QmpChannel _channel;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly Lock _subscribing = new();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposing = new();
    private List<QmpEventSubscription> _subscriptions = [];
    private QmpException? _ended;
    private Task _reading = Task.CompletedTask;
    private long _lastId = -1;
    private int _disposed;

    private QmpClient(Socket socket, QmpClientOptions options)
    {
        _options = options;
        _channel = new QmpChannel(socket, options.MaxMessageBytes);
        Transcript = new QmpTranscript(options.OnTranscript, TimeProvider.System);
    }

    /// <summary>What QEMU said first.</summary>
    public QmpGreeting Greeting { get; private set; } = null!;

    /// <summary>Whether the monitor offered out-of-band execution (then it was negotiated).</summary>
    public bool OutOfBand { get; private set; }

    /// <summary>Whether commands can still be sent.</summary>
    public bool IsConnected => Volatile.Read(ref _ended) is null;

    /// <summary>Ends when the session ends, with the error that ended it; with null after an orderly end.</summary>
    public Task<Exception?> Closed => _closed.Task;

    /// <summary>The last messages of both directions with their times.</summary>
    public QmpTranscript Transcript { get; }

    /// <summary>Connects to a monitor that listens, and negotiates.</summary>
    /// <param name="endPoint">A Unix socket (see <see cref="UnixSocketPath"/>) or a TCP address.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QmpConnectException">Nobody listens, no greeting within the timeout, negotiation refused.</exception>
    public static async Task<QmpClient> ConnectAsync(
        EndPoint endPoint, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        bool unix = endPoint is UnixDomainSocketEndPoint;
        var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeouts.Scale(options.ConnectTimeout));
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new QmpConnectException($"Monitor '{options.Name}' cannot be reached at {endPoint}: {error.Message}", error);
        }

        return await BeginAsync(socket, options, timeout.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes over a connected socket (inherited by QEMU, or accepted from it), and negotiates.</summary>
    /// <param name="socket">The socket; the client owns it from here on, whatever happens.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QmpConnectException">No greeting within the timeout, or negotiation refused.</exception>
    public static async Task<QmpClient> AttachAsync(
        Socket socket, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeouts.Scale(options.ConnectTimeout));
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
            throw new InvalidOperationException($"Monitor '{_options.Name}' does not offer out-of-band execution, asked for with '{command}'.");
        if (options.FileDescriptors.Any(handle => handle.IsClosed || handle.IsInvalid))
            throw new ArgumentException(
                $"A file descriptor to be passed with '{command}' is closed or was never open; keep it open until the reply.", nameof(options));
        TimeSpan timeout = Timeouts.Scale(options.Timeout ?? _options.CommandTimeout);

        string id = string.Create(CultureInfo.InvariantCulture, $"qemu-test#{Interlocked.Increment(ref _lastId):D5}");
        var reply = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            // Registered first and looked at second: whoever ends the session either sees the entry or was seen here.
            if (Volatile.Read(ref _ended) is { } ended)
                throw Disconnected(command, ended);

            ReadOnlyMemory<byte> message = Compose(command, arguments, options.OutOfBand, id);
            Transcript.Add(QmpDirection.Sent, QmpText.Shorten(Encoding.UTF8.GetString(message.Span)));

            // A message once begun is sent whole, so a peer that does not read could hold the sending up for ever: the wait for it
            // ends with the deadline, the sending with the connection.
            await _channel.SendAsync(message, options.FileDescriptors, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            JsonElement answer = await reply.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
            return Result(command, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpTimeoutException(
                $"reply to '{command}'",
                timeout,
                $"Monitor '{_options.Name}' did not answer '{command}' within {timeout.TotalSeconds:0.###} s.");
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

    /// <summary>Queues the named events from now on; no names for all.</summary>
    public QmpEventSubscription Subscribe(params string[] names) =>
        Subscribe(e => names.Length == 0 || names.Contains(e.Name));

    /// <summary>Queues the events that <paramref name="filter"/> lets through, from now on.</summary>
    /// <param name="filter">Called on the reader's thread: quick, and without side effects. Where it throws, the subscription ends
    /// with its exception.</param>
    public QmpEventSubscription Subscribe(Func<QmpEvent, bool> filter)
    {
        var subscription = new QmpEventSubscription(filter, Unsubscribe);
        lock (_subscribing)
        {
            if (_ended is { } ended)
                subscription.Complete(ended);
            else
                _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    /// <summary>Closes the connection. Commands still in flight fail with <see cref="QmpDisconnectedException"/>.</summary>
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
        var client = new QmpClient(socket, options);
        string phase = "the greeting";
        try
        {
            JsonElement greeting = await client.ReceiveAsync(timeout).ConfigureAwait(false)
                ?? throw new QmpDisconnectedException("the connection ended before the greeting");
            client.Greeting = QmpGreeting.Parse(greeting);
            client.OutOfBand = client.Greeting.Capabilities.Contains("oob");

            phase = "the negotiation";
            client._reading = Task.Run(client.ReadAsync, CancellationToken.None);
            JsonElement? arguments = client.OutOfBand ? JsonElement.Parse("""{"enable": ["oob"]}""") : null;
            await client.ExecuteAsync(
                "qmp_capabilities", arguments, new() { Timeout = options.ConnectTimeout }, timeout).ConfigureAwait(false);
            return client;
        }
        catch (Exception error)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new QmpConnectException(
                    $"Monitor '{options.Name}': {phase} did not come within {Timeouts.Scale(options.ConnectTimeout).TotalSeconds:0.###} s.", error);
            if (error is QmpException or SocketException or IOException)
                throw new QmpConnectException($"Monitor '{options.Name}': {phase} failed: {error.Message}", error);
            throw;
        }
    }

    private static ReadOnlyMemory<byte> Compose(string command, JsonElement? arguments, bool outOfBand, string id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString(outOfBand ? "exec-oob" : "execute", command);
        if (arguments is { ValueKind: not JsonValueKind.Undefined } given)
        {
            writer.WritePropertyName("arguments");
            given.WriteTo(writer);
        }

        writer.WriteString("id", id);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static JsonElement Result(string command, JsonElement answer)
    {
        if (answer.TryGetProperty("return", out JsonElement result))
            return result;
        if (answer.TryGetProperty("error", out JsonElement error)
            && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("class", out JsonElement errorClass)
            && error.TryGetProperty("desc", out JsonElement description))
            throw new QmpCommandException(command, errorClass.ToString(), description.ToString());
        throw new QmpProtocolException($"A reply to '{command}' with neither 'return' nor a proper 'error': {QmpText.Excerpt(answer)}");
    }

    private async Task<JsonElement?> ReceiveAsync(CancellationToken cancellationToken)
    {
        JsonElement? message = await _channel.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        if (message is { } received)
            Transcript.Add(QmpDirection.Received, QmpText.Excerpt(received));
        return message;
    }

    private async Task ReadAsync()
    {
        QmpException? failure = null;
        try
        {
            while (await ReceiveAsync(_disposing.Token).ConfigureAwait(false) is { } message)
                Dispatch(message);
        }
        catch (QmpProtocolException error)
        {
            failure = error;
            Transcript.Add(QmpDirection.Remark, error.Message);
        }
        catch (Exception error)
        {
            // Whatever ends the reader (a transcript sink may throw anything) ends the session too, or every wait would hang.
            if (Volatile.Read(ref _disposed) == 0)
                failure = new QmpDisconnectedException($"Monitor '{_options.Name}': {error.Message}", error);
        }

        End(failure);
    }

    private void Dispatch(JsonElement message)
    {
        if (message.TryGetProperty("event", out _))
        {
            var next = QmpEvent.Parse(message);
            foreach (QmpEventSubscription subscription in Volatile.Read(ref _subscriptions))
                subscription.Offer(next);
            return;
        }

        bool isError = message.TryGetProperty("error", out JsonElement error);
        if (!message.TryGetProperty("id", out JsonElement id))
        {
            // Every command carries an id; an error without one is QEMU's "I could not even parse that".
            throw new QmpProtocolException(isError
                ? $"Monitor '{_options.Name}' could not read what was sent to it: {QmpText.Excerpt(error)}"
                : $"A message that is neither event nor reply: {QmpText.Excerpt(message)}");
        }

        if (_pending.TryRemove(id.ToString(), out TaskCompletionSource<JsonElement>? reply))
            reply.TrySetResult(message);
        else
            Transcript.Add(QmpDirection.Remark, $"dropped a reply that nobody waits for: id {id}");
    }

    private void End(QmpException? failure)
    {
        lock (_subscribing)
        {
            if (_ended is not null)
                return;
            Volatile.Write(ref _ended, failure ?? new QmpDisconnectedException($"Monitor '{_options.Name}' closed the connection."));
            foreach (QmpEventSubscription subscription in _subscriptions)
                subscription.Complete(failure);
            _subscriptions = [];
        }

        foreach (string id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out TaskCompletionSource<JsonElement>? reply))
                reply.TrySetException(_ended is QmpProtocolException ? _ended : Disconnected(null, _ended));
        }

        _closed.TrySetResult(failure);
    }

    private QmpDisconnectedException Disconnected(string? command, Exception reason) => new(
        command is null
            ? $"Monitor '{_options.Name}' went away before the reply: {reason.Message}"
            : $"Monitor '{_options.Name}' is not connected, so '{command}' cannot be sent: {reason.Message}",
        reason);

    private void Unsubscribe(QmpEventSubscription subscription)
    {
        lock (_subscribing)
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
    }
}
