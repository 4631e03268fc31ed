using QemuTest.Migration;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;
using QemuTest.Tests.Qmp;

namespace QemuTest.Tests.Migration;

/// <summary>Migrations between two monitors without QEMU, whose answers and events the tests decide.</summary>
[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MigrationRunTests
{
    private static readonly MigrationOptions Options = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly Handlers _sourceHandlers = new();
    private readonly Handlers _destinationHandlers = new();
    private TypedMonitor _source = null!;
    private TypedMonitor _destination = null!;
    private QmpClient _sourceClient = null!;
    private QmpClient _destinationClient = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        var options = new QmpClientOptions { Name = "typed", CommandTimeout = TimeSpan.FromSeconds(20) };
        (_source, _sourceClient) = await TypedMonitor.ConnectAsync(_sourceHandlers, options);
        (_destination, _destinationClient) = await TypedMonitor.ConnectAsync(_destinationHandlers, options);
    }

    [TearDown]
    public async Task DisconnectAsync()
    {
        await _sourceClient.DisposeAsync();
        await _destinationClient.DisposeAsync();
        await _source.DisposeAsync();
        await _destination.DisposeAsync();
    }

    [Test]
    public async Task A_wait_for_a_status_ends_with_the_event_and_remembers_it()
    {
        using MigrationRun run = await StartAsync(Options);
        await _source.EventAsync(new MigrationEvent { Status = MigrationStatus.Setup });
        await _source.EventAsync(new MigrationEvent { Status = MigrationStatus.Active });

        await run.WaitForSourceAsync(MigrationStatus.Active, Installed.Token);
        await run.WaitForSourceAsync(MigrationStatus.Setup, Installed.Token);
    }

    [Test]
    public async Task A_migration_that_ends_without_the_awaited_status_is_an_error_with_both()
    {
        using MigrationRun run = await StartAsync(Options);
        await _source.EventAsync(new MigrationEvent { Status = MigrationStatus.Failed });

        // The second wait starts after the end.
        for (int wait = 1; wait <= 2; wait++)
        {
            MigrationException error = (await Assert.ThrowsAsync<MigrationException>(
                () => run.WaitForSourceAsync(MigrationStatus.PreSwitchover, Installed.Token)))!;
            Assert.That(
                (error.Machine, error.Expected, error.Actual, error.Message),
                Is.EqualTo(("one", MigrationStatus.PreSwitchover, (MigrationStatus?)MigrationStatus.Failed,
                    "The migration of 'one' ended as 'failed' without reaching 'pre-switchover'.")));
        }
    }

    [Test]
    public async Task A_wait_that_times_out_has_the_last_status()
    {
        using MigrationRun run = await StartAsync(Options with { Timeout = TimeSpan.FromMilliseconds(200) });
        await _destination.EventAsync(new MigrationEvent { Status = MigrationStatus.Active });

        MigrationException error = (await Assert.ThrowsAsync<MigrationException>(
            () => run.WaitForDestinationAsync(MigrationStatus.Completed, Installed.Token)))!;

        Assert.That(error.Message, Does.StartWith("The migration of 'two' did not reach 'completed' within ").And.EndWith("its last status is 'active'."));
        Assert.That(error.InnerException, Is.TypeOf<QmpTimeoutException>());
    }

    [Test]
    public async Task The_outcome_has_typed_events_status_and_run_state_of_both_sides()
    {
        using MigrationRun run = await StartAsync(Options);
        await EventsAsync(_source, new StopEvent());
        await EventsAsync(_destination, new ResumeEvent());

        MigrationOutcome outcome = await run.WaitForCompletionAsync(Installed.Token);

        Assert.Multiple(() =>
        {
            Assert.That(outcome, Migrated.Completely);
            Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Paused));
            Assert.That(outcome.Source.Events.Select(e => e.QmpName), Is.EqualTo(new[] { "STOP", "MIGRATION" }));
            Assert.That(outcome.Destination.Events, Has.Some.TypeOf<ResumeEvent>());
        });
    }

    [Test]
    public async Task A_closed_monitor_is_gone_and_has_no_status()
    {
        using MigrationRun run = await StartAsync(Options);
        await EventsAsync(_source, new StopEvent());
        await _destinationClient.DisposeAsync();

        MigrationOutcome outcome = await run.WaitForCompletionAsync(Installed.Token);

        Assert.That(
            (outcome.Destination.Monitor, outcome.Destination.Status, outcome.Destination.RunState),
            Is.EqualTo((MonitorState.Gone, (MigrationStatus?)null, (RunState?)null)));
    }

    [Test]
    public async Task An_older_QEMU_is_asked_only_for_what_it_has()
    {
        foreach (Handlers side in new[] { _sourceHandlers, _destinationHandlers })
        {
            side.Capabilities = [MigrationCapability.Events, MigrationCapability.ReturnPath, MigrationCapability.Multifd];
            side.HasExitOnError = false;
        }

        using MigrationRun run = await StartAsync(Options);

        Assert.That(_sourceHandlers.Set.Select(one => one.Capability), Is.EquivalentTo(_sourceHandlers.Capabilities));
        Assert.That(_destinationHandlers.Set.Select(one => one.Capability), Is.EquivalentTo(_destinationHandlers.Capabilities));
    }

    [Test]
    public async Task A_capability_that_is_asked_for_and_missing_is_refused()
    {
        _sourceHandlers.Capabilities = [MigrationCapability.Events, MigrationCapability.ReturnPath];

        await Assert.ThatAsync(() => StartAsync(Options with { SwitchoverAck = true }),
            Throws.TypeOf<QmpCommandException>().With.Message.Contains("switchover-ack"));
    }

    private static async Task EventsAsync(TypedMonitor monitor, QapiEvent first)
    {
        await monitor.EventAsync(first);
        await monitor.EventAsync(new MigrationEvent { Status = MigrationStatus.Completed });
    }

    private Task<MigrationRun> StartAsync(MigrationOptions options) => MigrationRun.StartAsync(
        new("one", _sourceClient), new("two", _destinationClient), options, cancellationToken: Installed.Token);

    private sealed class Handlers : QmpCommandHandlers
    {
        private int _asked;
        private bool _incoming;

        public override Task QmpCapabilitiesAsync(QmpCapabilitiesArguments arguments, CancellationToken cancellationToken) => Task.CompletedTask;

        public MigrationCapability[] Capabilities { get; set; } = [.. MigrationCapability.Known];

        public bool HasExitOnError { get; set; } = true;

        public IReadOnlyList<MigrationCapabilityStatus> Set { get; private set; } = [];

        public override Task<IReadOnlyList<MigrationCapabilityStatus>> QueryMigrateCapabilitiesAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<MigrationCapabilityStatus>>([.. Capabilities.Select(one => new MigrationCapabilityStatus { Capability = one, State = false })]);

        public override Task MigrateSetCapabilitiesAsync(MigrateSetCapabilitiesArguments arguments, CancellationToken cancellationToken)
        {
            Set = arguments.Capabilities;
            return Set.FirstOrDefault(one => !Capabilities.Contains(one.Capability)) is { } unknown
                ? throw Failure("migrate-set-capabilities", $"Parameter 'capability' does not accept value '{unknown.Capability}'")
                : Task.CompletedTask;
        }

        public override Task MigrateIncomingAsync(MigrateIncomingArguments arguments, CancellationToken cancellationToken)
        {
            if (arguments.ExitOnError is not null && !HasExitOnError)
                throw Failure("migrate-incoming", "Parameter 'exit-on-error' is unexpected");
            _incoming = true;
            return Task.CompletedTask;
        }

        public override Task MigrateAsync(MigrateArguments arguments, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task<MigrationInfo> QueryMigrateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new MigrationInfo { Status = MigrationStatus.Completed });

        // The first answer of a side is the one that QEMU gives for a moment.
        public override Task<StatusInfo> QueryStatusAsync(CancellationToken cancellationToken) => Task.FromResult(new StatusInfo
        {
            Running = false,
            Status = _asked++ == 0 ? RunState.FinishMigrate : _incoming ? RunState.Paused : RunState.Postmigrate,
        });
    }
}
