using System.Text.Json.Nodes;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class TypedMonitorTests
{
    private Handlers _handlers = null!;
    private TypedMonitor _monitor = null!;
    private QmpClient _client = null!;

    [SetUp]
    public async Task BeginSession()
    {
        _handlers = new Handlers();
        (_monitor, _client) = await TypedMonitor.ConnectAsync(
            _handlers, new() { Name = "typed", CommandTimeout = TimeSpan.FromSeconds(20) });
    }

    [TearDown]
    public async Task EndSession()
    {
        await _client.DisposeAsync();
        await _monitor.DisposeAsync();
    }

    [Test]
    public void The_negotiation_enables_out_of_band_execution_at_its_typed_handler() =>
        Assert.That(_handlers.Enabled, Is.EqualTo([QMPCapability.Oob]));

    [Test]
    public async Task A_typed_command_gets_the_typed_reply_of_its_handler()
    {
        StatusInfo status = await _client.QueryStatusAsync();

        Assert.That(status, Is.EqualTo(new StatusInfo { Running = false, Status = RunState.Named("napping") }));
    }

    [Test]
    public async Task Typed_arguments_arrive_unchanged_at_the_handler()
    {
        await _client.MemsaveAsync(ulong.MaxValue, 4096, "ünïcode \"quoted\"");

        Assert.That(
            _handlers.Saved,
            Is.EqualTo(new MemsaveArguments { Val = ulong.MaxValue, Size = 4096, Filename = "ünïcode \"quoted\"", CpuIndex = null }));
    }

    [Test]
    public async Task A_handlers_error_arrives_with_its_class_and_text()
    {
        QmpCommandException error = (await Assert.ThrowsAsync<QmpCommandException>(() => _client.DeviceDelAsync("nic\"0\"")))!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Command, Is.EqualTo("device_del"));
            Assert.That(error.ErrorClass, Is.EqualTo("DeviceNotFound"));
            Assert.That(error.Description, Is.EqualTo("Device 'nic\"0\"' not found"));
        });
        Assert.That((await _client.QueryStatusAsync()).Running, Is.False, "the session goes on");
    }

    [Test]
    public async Task A_command_without_a_handler_is_not_found()
    {
        QmpCommandException known = (await Assert.ThrowsAsync<QmpCommandException>(() => _client.StopAsync()))!;
        QmpCommandException unknown = (await Assert.ThrowsAsync<QmpCommandException>(() => _client.ExecuteAsync("make-coffee")))!;

        Assert.Multiple(() =>
        {
            Assert.That((known.ErrorClass, known.Description), Is.EqualTo(("CommandNotFound", "The command stop has not been found")));
            Assert.That((unknown.ErrorClass, unknown.Description), Is.EqualTo(("CommandNotFound", "The command make-coffee has not been found")));
        });
    }

    [TestCase("""{"val": "zero", "size": 1, "filename": "f"}""", "val")]
    [TestCase("""{"val": -1, "size": 1, "filename": "f"}""", "val")]
    [TestCase("""{"val": 0, "size": 1}""", "filename")]
    public async Task The_error_for_a_wrong_argument_names_it_and_the_handler_is_not_called(string arguments, string member)
    {
        QmpCommandException error = (await Assert.ThrowsAsync<QmpCommandException>(
            () => _client.ExecuteAsync("memsave", JsonNode.Parse(arguments)!.AsObject())))!;

        Assert.That(error.ErrorClass, Is.EqualTo("GenericError"));
        Assert.That(error.Description, Does.Contain(member));
        Assert.That(_handlers.Saved, Is.Null);
    }

    [Test]
    public async Task A_typed_event_decodes_to_its_record()
    {
        using QmpEventSubscription events = _client.Subscribe();
        await _monitor.EventAsync(new ShutdownEvent { Guest = true, Reason = ShutdownCause.Named("power-cut") });

        QmpEvent message = await events.NextAsync("SHUTDOWN", TimeSpan.FromSeconds(20));

        Assert.That(
            QmpEvents.Decode(message),
            Is.EqualTo(new ShutdownEvent { Guest = true, Reason = ShutdownCause.Named("power-cut"), Timestamp = message.Timestamp }));
    }

    [Test]
    public async Task A_typed_wait_takes_the_first_event_of_its_type_that_matches()
    {
        using QmpEventSubscription events = _client.Subscribe();
        await _monitor.EventAsync(new StopEvent());
        await _monitor.EventAsync(new ShutdownEvent { Guest = false, Reason = ShutdownCause.HostQmpQuit });
        await _monitor.EventAsync(new ShutdownEvent { Guest = true, Reason = ShutdownCause.GuestShutdown });
        await _monitor.EventAsync(new StopEvent());

        ShutdownEvent shutdown = await events.NextAsync<ShutdownEvent>(TimeSpan.FromSeconds(20), e => e.Guest);
        StopEvent stop = await events.NextAsync<StopEvent>(TimeSpan.FromSeconds(20));

        Assert.That(shutdown.Reason, Is.EqualTo(ShutdownCause.GuestShutdown));
        Assert.That(stop.Timestamp, Is.EqualTo(shutdown.Timestamp));
    }

    private sealed class Handlers : QmpCommandHandlers
    {
        public IReadOnlyList<QMPCapability>? Enabled { get; private set; }

        public MemsaveArguments? Saved { get; private set; }

        public override Task QmpCapabilitiesAsync(QmpCapabilitiesArguments arguments, CancellationToken cancellationToken)
        {
            Enabled = arguments.Enable;
            return Task.CompletedTask;
        }

        public override Task<StatusInfo> QueryStatusAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new StatusInfo { Running = false, Status = RunState.Named("napping") });

        public override Task MemsaveAsync(MemsaveArguments arguments, CancellationToken cancellationToken)
        {
            Saved = arguments;
            return Task.CompletedTask;
        }

        public override Task DeviceDelAsync(DeviceDelArguments arguments, CancellationToken cancellationToken) =>
            throw Failure("device_del", $"Device '{arguments.Id}' not found", "DeviceNotFound");
    }
}
