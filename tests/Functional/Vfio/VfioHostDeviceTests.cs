using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Migrations with devices of this host that its user named. What such a device holds is not known here, so its contents are
/// not compared: both QEMUs' verdicts and the way that each device's state took are what is shown.</summary>
[Thorough]
[Area("VfioHost")]
[Target("x86_64")]
[TestTimeout(300)]
public sealed class VfioHostDeviceTests : VfioHostTest
{
    private const int Hops = 2;
    private const string NoReset = "no available reset mechanism";

    // A device's state may be large: QEMU is told that it will be through in no time, or it would not begin to stop the guest.
    private const ulong PlentyOfBandwidth = 100UL << 30;

    // The kernel picks the port. Monitors stand still while state is saved and loaded, so the limit is a generous one.
    private static readonly MigrationOptions WithoutMultifd =
        new() { MaxBandwidth = 0, Uri = "tcp:127.0.0.1:0", Timeout = TimeSpan.FromSeconds(120) };

    private static readonly MigrationOptions Multifd = WithoutMultifd with { MultifdChannels = 4 };

    [TestCase(OnOffAuto.On, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Auto, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Off, DeviceStatePath.MainChannel)]
    [RerunAfterKnownCrash]
    public async Task Device_state_takes_the_way_that_is_set(OnOffAuto transfer, DeviceStatePath path)
    {
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(new VfioMachineOptions { Transfer = transfer }, Token);

        VfioMigrationOutcome outcome = await MigrateAtOnceAsync(pair.Source, pair.Destination);

        AssertArrived(outcome, Host.Devices.Source.Count, path);
        Assert.That(outcome.Migration.Destination.RunState, Is.EqualTo("running"));
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task A_paused_guest_waits_on_the_destination()
    {
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(new VfioMachineOptions { Paused = true }, Token);

        VfioMigrationOutcome outcome = await MigrateAtOnceAsync(pair.Source, pair.Destination);
        Assert.That(outcome.Migration.Destination.RunState, Is.EqualTo("prelaunch"), outcome.Migration.ToString());

        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        StatusInfo status = await pair.Destination.Qmp.QueryStatusAsync(cancellationToken: Token);
        Assert.That(status.Status, Is.EqualTo(RunState.Running));
        AssertArrived(outcome, Host.Devices.Source.Count, DeviceStatePath.Multifd);
    }

    [Test]
    [RerunAfterKnownCrash]
    public async Task Cancelled_in_pre_copy_the_guest_runs_on_and_can_still_leave()
    {
        var options = new VfioMachineOptions { FilledMemory = true };
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(options, Token);
        if (pair.Source.Process.Output.Contains(NoReset, StringComparison.Ordinal))
            Assert.Ignore("These devices have no reset: what is cancelled would leave half of a state in them, and they would take no other.");

        // Tens of MiB of memory at 1 MiB a second: pre-copy lasts until it is cancelled.
        using MigrationRun run = await pair.StartAsync(Multifd with { MaxBandwidth = 1 << 20 }, cancellationToken: Token);
        await run.WaitForSourceAsync("active", Token);
        await run.WaitForDestinationAsync("active", Token);
        await run.CancelAsync(Token);
        VfioMigrationOutcome cancelled = await WaitForCompletionAsync(pair, run);

        Assert.Multiple(() =>
        {
            Assert.That(cancelled.Migration, Migrated.NotAtAll);
            Assert.That(cancelled.Migration.Source.RunState, Is.EqualTo("running"));
        });

        // The devices of the destination go to another one, which can have them only when the first has ended.
        await pair.Destination.QuitAsync(Token);
        HostMachine second = await Host.StartMachineAsync("second-destination", Host.Devices.Destination, options.AsDestination, Token);
        VfioMigrationOutcome outcome = await MigrateAtOnceAsync(pair.Source, second);
        AssertArrived(outcome, Host.Devices.Source.Count, DeviceStatePath.Multifd);
    }

    [TestCase(OnOffAuto.On, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Off, DeviceStatePath.MainChannel)]
    public async Task A_guest_goes_there_and_back(OnOffAuto transfer, DeviceStatePath path)
    {
        var options = new VfioMachineOptions { Transfer = transfer };
        // With multifd and several devices, a QEMU that took a guest in may abort when it sends it on: VfioKnownMisbehaviourTests.
        int devices = transfer == OnOffAuto.On ? 1 : Host.Devices.Source.Count;
        IReadOnlyList<HostDevice> here = [.. Host.Devices.Source.Take(devices)];
        IReadOnlyList<HostDevice> there = [.. Host.Devices.Destination.Take(devices)];
        HostMachine guest = await Host.StartMachineAsync("hop-0", here, options, Token);
        var versions = new List<Version> { guest.Qmp.Greeting.Version };
        for (int hop = 1; hop <= Hops; hop++)
        {
            HostMachine next = await Host.StartMachineAsync($"hop-{hop}", there, options.AsDestinationOf(guest), Token);
            versions.Add(next.Qmp.Greeting.Version);

            VfioMigrationOutcome outcome = await MigrateAtOnceAsync(guest, next);

            AssertArrived(outcome, devices, path);
            // The devices that the guest left are those that it comes back to, with another QEMU.
            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new ProcessExit(0)), $"how {guest.Name} ended");
            (guest, here, there) = (next, there, here);
        }

        RecordFact("hops", string.Join(" to ", versions));
        Assert.That(versions, Is.EqualTo(versions.Select((_, hop) => versions[hop % 2])), "QEMUs that the guest was on");
    }

    // With several devices that do not use it, multifd makes QEMU abort often (docs/qemu-findings.md, "The source aborts").
    private async Task<VfioMigrationOutcome> MigrateAtOnceAsync(HostMachine source, HostMachine destination)
    {
        await source.Qmp.MigrateSetParametersAsync(
            new MigrateSetParameters { AvailSwitchoverBandwidth = PlentyOfBandwidth }, cancellationToken: Token);
        return await MigrateAsync(
            new VfioMigrationPair<HostMachine>(source, destination), source.Options.Transfer == OnOffAuto.Off ? WithoutMultifd : Multifd);
    }

    private static void AssertArrived(VfioMigrationOutcome outcome, int devices, DeviceStatePath path) => Assert.Multiple(() =>
    {
        Assert.That(outcome.Migration, Migrated.Completely);
        Assert.That(
            outcome.DeviceState,
            (path == DeviceStatePath.Multifd ? Transferred.OverMultifd : Transferred.OverTheMainChannel).ForAll(devices));
    });
}
