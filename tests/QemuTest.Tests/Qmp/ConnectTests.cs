using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class ConnectTests
{
    private static readonly QmpClientOptions Hurried = new() { Name = "hurried", ConnectTimeout = TimeSpan.FromMilliseconds(300) };

    [Test]
    public async Task A_session_starts_over_a_Unix_socket()
    {
        EndPoint path = UnixSocketPath.ToEndPoint(Path.Combine(RunFolders.NewTemporaryFolder(), "qmp.sock"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await AssertSessionBeginsAsync(listener, path);
    }

    [Test]
    public async Task A_session_starts_over_TCP()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await AssertSessionBeginsAsync(listener, new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Test]
    public async Task A_session_starts_over_an_inherited_socket()
    {
        (ScriptedMonitor monitor, QmpClient client) = await ScriptedMonitor.ConnectAsync();
        using ScriptedMonitor owned = monitor;
        await using QmpClient session = client;

        Assert.That(client.IsConnected);
        Assert.That(client.Greeting.Version, Is.EqualTo(new Version(10, 0, 2)));
        Assert.That(client.Greeting.Package, Is.EqualTo("Debian 1:10.0.2+ds-2"));
    }

    [Test]
    public async Task Out_of_band_is_enabled_if_it_is_offered()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        Task<QmpClient> attaching = QmpClient.AttachAsync(socket);
        ScriptedCommand negotiation = await monitor.NegotiateAsync();
        await using QmpClient client = await attaching;

        Assert.That(negotiation.Name, Is.EqualTo("qmp_capabilities"));
        Assert.That(negotiation.Arguments?.GetRawText(), Is.EqualTo("""{"enable":["oob"]}"""));
        Assert.That(client.OutOfBand);
    }

    [Test]
    public async Task Out_of_band_is_not_requested_if_it_is_not_offered()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        Task<QmpClient> attaching = QmpClient.AttachAsync(socket);
        ScriptedCommand negotiation = await monitor.NegotiateAsync(ScriptedMonitor.GreetingWithoutOob);
        await using QmpClient client = await attaching;

        Assert.That(negotiation.Arguments, Is.Null);
        Assert.That(client.OutOfBand, Is.False);
        InvalidOperationException error = (await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await client.ExecuteAsync("yank", options: new() { OutOfBand = true })))!;
        Assert.That(error.Message, Does.Contain("out-of-band").And.Contain("yank"));
    }

    [Test]
    public async Task A_refused_negotiation_is_an_error_with_QEMUs_text()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        Task<QmpClient> attaching = QmpClient.AttachAsync(socket);
        await monitor.SendLineAsync(ScriptedMonitor.Greeting);
        ScriptedCommand negotiation = await monitor.ReadAsync();
        await monitor.SendLineAsync(
            $$"""{"id": "{{negotiation.Id}}", "error": {"class": "GenericError", "desc": "no such capability"} }""");

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await attaching))!;
        Assert.That(error.Message, Does.Contain("the negotiation").And.Contain("no such capability"));
        Assert.That(error.InnerException, Is.TypeOf<QmpCommandException>());
    }

    [Test]
    public async Task A_missing_greeting_fails_within_the_timeout()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(
            async () => await QmpClient.AttachAsync(socket, Hurried)))!;

        Assert.That(error.Message, Is.EqualTo($"Monitor 'hurried': the greeting did not come within {ScaledTime.Text(Hurried.ConnectTimeout)}."));
        Assert.That(await monitor.ReadToEndAsync(), Is.Empty, "the connection must be closed, and nothing sent before the greeting");
    }

    [Test]
    public async Task A_missing_negotiation_reply_fails_within_the_timeout()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        await monitor.SendLineAsync(ScriptedMonitor.Greeting);
        var time = new FakeTimeProvider();
        Task<QmpClient> attaching = QmpClient.AttachAsync(socket, new() { Time = time });
        await monitor.ReadAsync();

        time.Advance(Timeouts.Scale(new QmpClientOptions().ConnectTimeout));

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await attaching))!;
        Assert.That(error.Message, Does.Contain("the negotiation").And.Contain($"within {ScaledTime.Text(new QmpClientOptions().ConnectTimeout)}"));
    }

    [Test]
    [TestTimeout(60)]
    public async Task Connection_and_greeting_share_one_timeout()
    {
        var time = new FakeTimeProvider();
        var options = new QmpClientOptions { Time = time };
        var lastMoment = TimeSpan.FromMilliseconds(1);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task<QmpClient> connecting = QmpClient.ConnectAsync(listener.LocalEndPoint!, options, Installed.Token);
        using var monitor = new ScriptedMonitor(await listener.AcceptAsync(Installed.Token));
        time.Advance(Timeouts.Scale(options.ConnectTimeout) - lastMoment);
        await monitor.SendLineAsync(ScriptedMonitor.Greeting);
        await monitor.ReadAsync();
        Assert.That(connecting.IsCompleted, Is.False, "the timeout has not expired yet");

        time.Advance(lastMoment);

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await connecting.WaitAsync(Installed.Token)))!;
        Assert.That(error.Message, Does.Contain("the negotiation did not come within"));
    }

    [TestCase("""{"return": {}}""")]
    [TestCase("""{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0}}, "capabilities": []}}""")]
    [TestCase("""{"QMP": {"version": {"qemu": {"micro": "two", "minor": 0, "major": 10}}, "capabilities": []}}""")]
    [TestCase("""{"QMP": {"version": {"qemu": {"micro": 2.5, "minor": 0, "major": 10}}, "capabilities": []}}""")]
    [TestCase("""{"QMP": {"version": {"qemu": {"micro": -2, "minor": 0, "major": 10}}, "capabilities": []}}""")]
    [TestCase("""{"QMP": 1}""")]
    public async Task A_first_message_that_is_no_greeting_is_in_the_error(string message)
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        await monitor.SendLineAsync(message);

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await QmpClient.AttachAsync(socket)))!;

        Assert.That(error.Message, Does.Contain("not a QMP greeting").And.Contain(message));
        Assert.That(error.InnerException, Is.TypeOf<QmpProtocolException>());
    }

    [Test]
    public async Task The_message_of_another_kind_of_server_is_in_the_error()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        await monitor.SendLineAsync("SSH-2.0-OpenSSH_9.2p1");

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await QmpClient.AttachAsync(socket)))!;

        Assert.That(error.Message, Does.Contain("the greeting").And.Contain("SSH-2.0-OpenSSH_9.2p1"));
    }

    [Test]
    public async Task An_end_before_the_greeting_is_an_immediate_error()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        monitor.HangUp();

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(async () => await QmpClient.AttachAsync(socket)))!;

        Assert.That(error.Message, Does.Contain("ended before the greeting"));
    }

    [Test]
    public async Task The_error_for_a_missing_listener_names_the_address()
    {
        string path = Path.Combine(RunFolders.NewTemporaryFolder(), "nobody.sock");

        QmpConnectException error = (await Assert.ThrowsAsync<QmpConnectException>(
            async () => await QmpClient.ConnectAsync(UnixSocketPath.ToEndPoint(path))))!;

        Assert.That(error.Message, Does.Contain("cannot be reached").And.Contain(path));
    }

    [Test]
    public async Task A_canceled_connection_attempt_throws_OperationCanceledException()
    {
        (ScriptedMonitor monitor, Socket socket) = ScriptedMonitor.Create();
        using ScriptedMonitor owned = monitor;
        using var cancel = new CancellationTokenSource();
        Task<QmpClient> attaching = QmpClient.AttachAsync(socket, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThatAsync(async () => await attaching, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await monitor.ReadToEndAsync(), Is.Empty, "the socket must be closed");
    }

    [Test]
    public void A_timeout_of_zero_is_refused()
    {
        Assert.That(() => new QmpClientOptions { ConnectTimeout = TimeSpan.Zero }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new QmpClientOptions { CommandTimeout = TimeSpan.Zero }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new QmpClientOptions { MaxMessageBytes = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static async Task AssertSessionBeginsAsync(Socket listener, EndPoint place)
    {
        listener.Bind(place);
        listener.Listen(1);
        Task<QmpClient> connecting = QmpClient.ConnectAsync(listener.LocalEndPoint!);
        using var monitor = new ScriptedMonitor(await listener.AcceptAsync());
        await monitor.NegotiateAsync();
        await using QmpClient client = await connecting;

        Task<System.Text.Json.JsonElement> status = client.ExecuteAsync("query-status");
        await monitor.ReplyAsync(await monitor.ReadAsync(), """{"status": "running"}""");

        Assert.That(client.Greeting.Version, Is.EqualTo(new Version(10, 0, 2)));
        Assert.That((await status).GetProperty("status").GetString(), Is.EqualTo("running"));
    }
}
