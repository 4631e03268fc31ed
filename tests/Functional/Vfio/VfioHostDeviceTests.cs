using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Migrations with devices of this host that the user named. The contents of such a device are not known and not compared; the
/// tests assert both QEMUs' statuses and the path of each device's state.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(300)]
public sealed class VfioHostDeviceTests : VfioHostTest
{
    private const int Hops = 2;
    private const string NoReset = "no available reset mechanism";

    // Monitors block while large state is saved and loaded: the timeout is long.
    private static readonly MigrationOptions WithoutMultifd = new()
    {
        MaxBandwidth = 0,
        SwitchoverBandwidth = MigrationOptions.PlentyOfBandwidth,
        Uri = "tcp:127.0.0.1:0",
        Timeout = TimeSpan.FromSeconds(120),
    };

    private static readonly MigrationOptions Multifd = WithoutMultifd with { MultifdChannels = 4 };

    [TestCase(OnOffAuto.On, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Auto, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Off, DeviceStatePath.MainChannel)]
    public async Task Device_state_takes_the_path_that_transfer_sets(OnOffAuto transfer, DeviceStatePath path)
    {
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(new VfioMachineOptions { Transfer = transfer }, Token);

        VfioMigrationOutcome outcome = await MigrateAsync(pair.Source, pair.Destination);

        AssertArrived(outcome, Host.Devices.Source.Count, path);
        Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Running));
    }

    [Test]
    public async Task A_paused_guest_is_paused_on_the_destination()
    {
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(new VfioMachineOptions { Paused = true }, Token);

        VfioMigrationOutcome outcome = await MigrateAsync(pair.Source, pair.Destination);
        Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Prelaunch), outcome.ToString());

        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);
        StatusInfo status = await pair.Destination.Qmp.QueryStatusAsync(cancellationToken: Token);
        Assert.That(status.Status, Is.EqualTo(RunState.Running));
        AssertArrived(outcome, Host.Devices.Source.Count, DeviceStatePath.Multifd);
    }

    [Test]
    public async Task After_a_cancellation_in_pre_copy_the_guest_runs_and_can_migrate()
    {
        var options = new VfioMachineOptions { FilledMemory = true };
        VfioMigrationPair<HostMachine> pair = await Host.StartPairAsync(options, Token);
        if (pair.Source.Process.Output.Contains(NoReset, StringComparison.Ordinal))
            Assert.Ignore("These devices have no reset: after a cancelled migration they keep half of a state and accept no other.");

        // Tens of MiB of memory at 64 KiB per second: pre-copy lasts until it is cancelled, on a slow host too. With plenty of bandwidth for
        // the switchover it would not last, and the cancellation could come too late ("A late cancellation leaves a guest on each side" in
        // docs/qemu-findings.md).
        MigrationOptions slow = Multifd with { MaxBandwidth = 1 << 16, SwitchoverBandwidth = null };
        using MigrationRun run = await pair.StartAsync(slow, cancellationToken: Token);
        await run.WaitForSourceAsync(MigrationStatus.Active, Token);
        await run.WaitForDestinationAsync(MigrationStatus.Active, Token);
        await run.CancelAsync(Token);
        VfioMigrationOutcome cancelled = await WaitForCompletionAsync(pair, run);

        Assert.Multiple(() =>
        {
            Assert.That(cancelled, Migrated.NotAtAll);
            Assert.That(cancelled.Source.RunState, Is.EqualTo(RunState.Running));
        });

        // The destination's devices are free for another QEMU only after its exit.
        await pair.Destination.QuitAsync(Token);
        HostMachine second = await Host.StartMachineAsync("second-destination", Host.Devices.Destination, options.AsDestination, Token);
        VfioMigrationOutcome outcome = await MigrateAsync(pair.Source, second);
        AssertArrived(outcome, Host.Devices.Source.Count, DeviceStatePath.Multifd);
    }

    [TestCase(OnOffAuto.On, DeviceStatePath.Multifd)]
    [TestCase(OnOffAuto.Off, DeviceStatePath.MainChannel)]
    public async Task A_guest_migrates_there_and_back(OnOffAuto transfer, DeviceStatePath path)
    {
        var options = new VfioMachineOptions { Transfer = transfer };
        // One device with multifd: with several, a source that was a destination may abort (docs/qemu-findings.md, "The source aborts").
        int devices = transfer == OnOffAuto.On ? 1 : Host.Devices.Source.Count;
        IReadOnlyList<HostDevice> here = [.. Host.Devices.Source.Take(devices)];
        IReadOnlyList<HostDevice> there = [.. Host.Devices.Destination.Take(devices)];
        HostMachine guest = await Host.StartMachineAsync("hop-0", here, options, Token);
        var versions = new List<Version> { guest.Qmp.Greeting.Version };
        for (int hop = 1; hop <= Hops; hop++)
        {
            HostMachine next = await Host.StartMachineAsync($"hop-{hop}", there, options.AsDestinationOf(guest.Options), Token);
            versions.Add(next.Qmp.Greeting.Version);

            VfioMigrationOutcome outcome = await MigrateAsync(guest, next);

            AssertArrived(outcome, devices, path);
            // The next hop uses the devices that the guest just left.
            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new ProcessExit(0)), $"how {guest.Name} ended");
            (guest, here, there) = (next, there, here);
        }

        RecordFact("hops", string.Join(" to ", versions));
        Assert.That(versions, Is.EqualTo(versions.Select((_, hop) => versions[hop % 2])), "QEMUs that the guest was on");
    }

    // Multifd is on only where the devices use it: QEMU often aborts when several devices do not (docs/qemu-findings.md, "The source aborts").
    private Task<VfioMigrationOutcome> MigrateAsync(HostMachine source, HostMachine destination) => MigrateAsync(
        new VfioMigrationPair<HostMachine>(source, destination), source.Options.Transfer == OnOffAuto.Off ? WithoutMultifd : Multifd);

    private static void AssertArrived(VfioMigrationOutcome outcome, int devices, DeviceStatePath path) => Assert.Multiple(() =>
    {
        Assert.That(outcome, Migrated.Completely);
        Assert.That(outcome.DeviceState, Transferred.Over(path).ForAll(devices));
    });
}
