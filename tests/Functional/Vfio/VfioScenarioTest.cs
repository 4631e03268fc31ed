using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A test with mtty devices that have known contents.</summary>
public abstract class VfioScenarioTest : VfioMigrationTest
{
    /// <summary>A monitor that does not answer for this long hangs: a switchover takes a tenth of a second here.</summary>
    protected static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(10);

    protected static readonly MigrationOptions Multifd = new() { MultifdChannels = 4 };
    protected static readonly MigrationOptions WithoutMultifd = new();

    private int _seed = 1;

    /// <summary>Gets the path of device state with this transfer, where multifd is possible.</summary>
    protected static DeviceStatePath PathOf(OnOffAuto? transfer) =>
        transfer == OnOffAuto.Off ? DeviceStatePath.MainChannel : DeviceStatePath.Multifd;

    /// <summary>Gets the version of one side, for a misbehavior that does not depend on the other.</summary>
    protected static string VersionOf(LabMachine machine) => machine.Qmp.Greeting.Version.ToString();

    /// <summary>Writes new contents to every device, and returns them.</summary>
    protected async Task<IReadOnlyList<MttyContents>> WriteDevicesAsync(LabMachine machine)
    {
        MttyContents[] contents =
            [.. machine.Devices.Select((_, i) => MttyContents.Seeded(slot: machine.Options.FirstSlot + i, seed: _seed++))];
        await machine.WriteDevicesAsync(contents, Token);
        return contents;
    }

    /// <summary>Asserts that the guest of this machine sees these contents. Reading them empties the devices' FIFOs.</summary>
    protected async Task AssertDevicesAsync(LabMachine machine, IReadOnlyList<MttyContents> contents)
    {
        IReadOnlyList<MttyContents> found = await machine.ReadDevicesAsync(Token);
        RecordFact("registers", found.SequenceEqual(contents)
            ? $"equal on {contents.Count} of {contents.Count} devices"
            : $"not as written; read on {machine.Name}");
        Assert.That(found, Is.EqualTo(contents), $"registers read on {machine.Name}, and as written");
    }

    /// <summary>Migrates devices with known contents, and asserts that they arrive by this path, without a warning.</summary>
    protected async Task<VfioMigrationOutcome> AssertMigratesAsync(
        VfioMigrationPair<LabMachine> pair, MigrationOptions options, DeviceStatePath path)
    {
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        using MigrationRun run = await pair.StartAsync(options, cancellationToken: Token);
        if (options.PauseBeforeSwitchover)
            await run.ContinueAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        await AssertArrivedAsync(pair, outcome, contents, path);
        return outcome;
    }

    /// <summary>Asserts that the devices arrived by this path with these contents, without a warning.</summary>
    protected async Task AssertArrivedAsync(
        VfioMigrationPair<LabMachine> pair, VfioMigrationOutcome outcome, IReadOnlyList<MttyContents> contents, DeviceStatePath path)
    {
        Assert.Multiple(() =>
        {
            Assert.That(outcome, Migrated.Completely);
            Assert.That(outcome.DeviceState, Transferred.Over(path).ForAll(contents.Count));
            Assert.That(outcome.Source.Warnings, Is.Empty, "warnings of the source");
            Assert.That(outcome.Destination.Warnings, Is.Empty, "warnings of the destination");
        });
        await AssertDevicesAsync(pair.Destination, contents);
    }

    /// <summary>Asserts that the guest is still on the source, with its devices, and can migrate to a new destination.</summary>
    protected async Task AssertGuestLivesOnAsync(LabMachine source, IReadOnlyList<MttyContents> contents, MigrationOptions? retry = null)
    {
        await AssertDevicesAsync(source, contents);
        LabMachine destination = await Lab.StartDestinationAsync("second-destination", source.Devices.Count, source.Options, Token);
        await AssertMigratesAsync(
            new VfioMigrationPair<LabMachine>(source, destination),
            retry ?? Multifd with { MaxBandwidth = 0, Uri = "tcp:127.0.0.1:4445" },
            PathOf(source.Options.Transfer));
    }

    /// <summary>Migrates with a timeout for hangs, and asserts that the guest does not run twice. The guest may be lost.</summary>
    protected async Task<VfioMigrationOutcome> OutcomeOfAsync(
        VfioMigrationPair<LabMachine> pair, MigrationOptions options, MigrationOptions? destinationOptions = null)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(options);
        using MigrationRun run = await pair.StartAsync(options with { Timeout = HangTimeout }, destinationOptions, Token);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token);
        RecordFact(outcome);
        Assert.That(outcome.Guests, Has.Count.LessThanOrEqualTo(1), $"sides with a guest: {outcome}");
        return outcome;
    }
}
