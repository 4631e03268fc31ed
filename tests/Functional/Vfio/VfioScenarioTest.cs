using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>What the scenarios of the catalogue share: devices with known contents, and the proof that they are where they belong.</summary>
public abstract class VfioScenarioTest : VfioMigrationTest
{
    protected static readonly MigrationOptions Multifd = new() { MultifdChannels = 4 };
    protected static readonly MigrationOptions WithoutMultifd = new();

    private int _seed = 1;

    /// <summary>The way that device state takes with this value of the devices' switch where multifd is possible.</summary>
    protected static DeviceStatePath PathOf(OnOffAuto? transfer) =>
        transfer == OnOffAuto.Off ? DeviceStatePath.MainChannel : DeviceStatePath.Multifd;

    /// <summary>Writes contents that were not there before into every device, and returns them.</summary>
    protected async Task<IReadOnlyList<MttyContents>> WriteDevicesAsync(LabMachine machine)
    {
        MttyContents[] contents =
            [.. machine.Devices.Select((_, i) => MttyContents.Seeded(slot: machine.Options.FirstSlot + i, seed: _seed++))];
        await machine.WriteDevicesAsync(contents, Token);
        return contents;
    }

    /// <summary>Asserts that the guest of this machine sees these contents. They are taken out by it: reading empties the FIFO.</summary>
    protected async Task AssertDevicesAsync(LabMachine machine, IReadOnlyList<MttyContents> contents)
    {
        IReadOnlyList<MttyContents> found = await machine.ReadDevicesAsync(Token);
        RecordFact("registers", found.SequenceEqual(contents)
            ? $"equal on {contents.Count} of {contents.Count} devices"
            : $"not what was written; read on {machine.Name}");
        Assert.That(found, Is.EqualTo(contents), $"registers read on {machine.Name}, against what was written");
    }

    /// <summary>Migrates devices with known contents, and asserts that everything arrived by the expected way, without a complaint.</summary>
    protected async Task<VfioMigrationOutcome> AssertMigratesAsync(VfioMigrationPair pair, MigrationOptions options, DeviceStatePath path)
    {
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);
        using MigrationRun run = await pair.StartAsync(options, cancellationToken: Token);
        if (options.PauseBeforeSwitchover)
            await run.ContinueAsync(Token);
        VfioMigrationOutcome outcome = await WaitForCompletionAsync(pair, run);

        await AssertArrivedAsync(pair, outcome, contents, path);
        return outcome;
    }

    /// <summary>Asserts that everything arrived by the expected way, without a complaint.</summary>
    protected async Task AssertArrivedAsync(
        VfioMigrationPair pair, VfioMigrationOutcome outcome, IReadOnlyList<MttyContents> contents, DeviceStatePath path)
    {
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Migration, Migrated.Completely);
            Assert.That(
                outcome.DeviceState,
                (path == DeviceStatePath.Multifd ? Transferred.OverMultifd : Transferred.OverTheMainChannel).ForAll(contents.Count));
            Assert.That(outcome.Source.Warnings, Is.Empty, "what the source wrote");
            Assert.That(outcome.Destination.Warnings, Is.Empty, "what the destination wrote");
        });
        await AssertDevicesAsync(pair.Destination, contents);
    }

    /// <summary>Asserts that a guest that was to leave lives on where it was, with its devices, and can still leave: to a new
    /// destination, over multifd.</summary>
    protected async Task AssertGuestLivesOnAsync(LabMachine source, IReadOnlyList<MttyContents> contents, MigrationOptions? retry = null)
    {
        await AssertDevicesAsync(source, contents);
        LabMachine destination = await Lab.StartDestinationAsync("second-destination", source.Devices.Count, source.Options, Token);
        await AssertMigratesAsync(
            new VfioMigrationPair(source, destination),
            retry ?? Multifd with { MaxBandwidth = 0, Uri = "tcp:127.0.0.1:4445" },
            PathOf(source.Options.Transfer));
    }
}
