using System.Globalization;
using System.Text.Json;
using QemuTest.Machines;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>A guest that migrates to and fro between two sets of devices of one lab.</summary>
internal sealed class StudyPair : IAsyncDisposable
{
    private const string Transfer = "x-migration-multifd-transfer";
    private static readonly string[] Properties = [Transfer, "enable-migration", "x-migration-load-config-after-iter", "x-migration-max-queued-buffers-size"];

    // QEMU expects a downtime of the devices' state by the bandwidth that it has seen, which is next to none where the guest's memory is
    // empty: it would wait for ever for the state to become less.
    private const ulong PlentyOfBandwidth = 100UL << 30;

    private readonly VfioLab _lab;
    private readonly StudyBlock _block;
    private IReadOnlyList<SyntheticDevice> _here;
    private IReadOnlyList<SyntheticDevice> _there;
    private LabMachine _source;
    private int _hops;

    private StudyPair(VfioLab lab, StudyBlock block, IReadOnlyList<SyntheticDevice> here, IReadOnlyList<SyntheticDevice> there, LabMachine source)
    {
        _lab = lab;
        _block = block;
        _here = here;
        _there = there;
        _source = source;
    }

    public static async Task<StudyPair> StartAsync(
        string qemu, StudyPlan plan, StudyBlock block, QemuMachineOptions options, CancellationToken cancellationToken)
    {
        VfioLab lab = await VfioLab.StartAsync(qemu, options, cancellationToken: cancellationToken);
        try
        {
            IReadOnlyList<SyntheticDevice> here = await CreateAsync(firstSeed: 1);
            IReadOnlyList<SyntheticDevice> there = await CreateAsync(firstSeed: 101);
            LabMachine source = await lab.StartMachineAsync("hop-0", here, cancellationToken: cancellationToken);
            return new StudyPair(lab, block, here, there, source);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }

        async Task<IReadOnlyList<SyntheticDevice>> CreateAsync(int firstSeed)
        {
            var devices = new List<SyntheticDevice>();
            for (int i = 0; i < block.Devices; i++)
                devices.Add(await lab.CreateSampleDeviceAsync(
                    new()
                    {
                        Size = block.Size,
                        Seed = firstSeed + i,
                        StopLatency = TimeSpan.FromMilliseconds(plan.StopLatency),
                        SaveLatency = TimeSpan.FromMilliseconds(plan.SaveLatency),
                        LoadLatency = TimeSpan.FromMilliseconds(plan.LoadLatency),
                    },
                    cancellationToken));
            return devices;
        }
    }

    /// <summary>Migrates the guest to the other devices.</summary>
    /// <exception cref="InvalidOperationException">It did not come there whole.</exception>
    public async Task<StudyHop> HopAsync(OnOffAuto transfer, CancellationToken cancellationToken)
    {
        LabMachine destination = await _lab.StartMachineAsync(
            string.Create(CultureInfo.InvariantCulture, $"hop-{++_hops}"), _there, new VfioMachineOptions { Transfer = transfer }.AsDestination, cancellationToken);
        // The property is made to be changed while QEMU runs: one source serves both kinds.
        var value = JsonSerializer.SerializeToElement(transfer == OnOffAuto.On ? "on" : "off");
        for (int i = 0; i < _block.Devices; i++)
            await _source.Qmp.QomSetAsync(Path(i), Transfer, value, cancellationToken: cancellationToken);
        await _source.Qmp.MigrateSetParametersAsync(
            new MigrateSetParameters { AvailSwitchoverBandwidth = PlentyOfBandwidth }, cancellationToken: cancellationToken);

        double load = StudyHost.LoadAverage();
        var pair = new VfioMigrationPair(_source, destination);
        // Off is without multifd altogether: with it, and several devices that do not use it, QEMU 10.0 to 11.1 aborts too often
        // (three times in six with four devices) to be measured.
        VfioMigrationOutcome outcome = await pair.MigrateAsync(
            new()
            {
                MultifdChannels = transfer == OnOffAuto.On ? _block.Channels : null,
                Timeout = TimeSpan.FromMinutes(5),
            },
            cancellationToken);
        if (!outcome.Migration.Completed)
            throw new InvalidOperationException($"source: {outcome.Migration.Source.Status} ({outcome.SourceErrors}); destination: {outcome.Migration.Destination.Status} ({outcome.DestinationWords})");
        DeviceStatePath way = transfer == OnOffAuto.On ? DeviceStatePath.Multifd : DeviceStatePath.MainChannel;
        if (outcome.DeviceState.FirstOrDefault(t => t.Saved != way || t.Loaded != way) is { } astray)
            throw new InvalidOperationException($"transfer {transfer}: {astray}");

        IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> left = await HistoriesAsync(_here, cancellationToken);
        IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> arrived = await HistoriesAsync(_there, cancellationToken);
        if (arrived.Any(history => history.Last(e => e.What is "accepted" or "refused").What == "refused"))
            throw new InvalidOperationException("a device refused its state");

        var hop = new StudyHop(
            new StudySample(
                outcome.Migration.Source.Downtime!.Value.TotalMilliseconds,
                (arrived.Max(h => Last(h, "RUNNING")) - left.Min(h => Last(h, "PRE_COPY_P2P"))).TotalMilliseconds,
                outcome.Migration.Source.Statistics!.TotalTime!.Value,
                MostAtOnce(left, "saving", "saved"),
                MostAtOnce(arrived, "loading", "loaded"),
                load),
            await PropertiesAsync(cancellationToken),
            new StudySide([.. _here.Select(device => device.Name)], left, outcome.Source.Trace),
            new StudySide([.. _there.Select(device => device.Name)], arrived, outcome.Destination.Trace));
        await _source.QuitAsync(cancellationToken);
        _source = destination;
        (_here, _there) = (_there, _here);
        return hop;
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private static string Path(int device) => string.Create(CultureInfo.InvariantCulture, $"/machine/peripheral/hd{device}");

    private static DateTimeOffset Last(IEnumerable<SyntheticDeviceEvent> history, string what) => history.Last(e => e.What == what).Time;

    private static int MostAtOnce(IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> histories, string begin, string end)
    {
        var intervals = histories.Select(history => (Begin: Last(history, begin), End: Last(history, end))).ToArray();
        return intervals.Max(one => intervals.Count(other => other.Begin <= one.Begin && one.Begin < other.End));
    }

    private static async Task<IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>>> HistoriesAsync(
        IReadOnlyList<SyntheticDevice> devices, CancellationToken cancellationToken)
    {
        var histories = new List<IReadOnlyList<SyntheticDeviceEvent>>();
        foreach (SyntheticDevice device in devices)
            histories.Add(await device.ReadHistoryAsync(cancellationToken));
        return histories;
    }

    private async Task<IReadOnlyDictionary<string, string>> PropertiesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ObjectPropertyInfo> known = await _source.Qmp.QomListAsync(Path(0), cancellationToken: cancellationToken);
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["command line"] = _source.CommandLine };
        foreach (string name in Properties.Intersect(known.Select(property => property.Name)))
            properties[name] = (await _source.Qmp.QomGetAsync(Path(0), name, cancellationToken: cancellationToken)).ToString();
        MigrationParameters parameters = await _source.Qmp.QueryMigrateParametersAsync(cancellationToken: cancellationToken);
        properties["multifd-channels"] = $"{parameters.MultifdChannels}";
        properties["multifd-compression"] = $"{parameters.MultifdCompression}";
        properties["max-bandwidth"] = $"{parameters.MaxBandwidth}";
        properties["downtime-limit"] = $"{parameters.DowntimeLimit}";
        properties["avail-switchover-bandwidth"] = $"{parameters.AvailSwitchoverBandwidth}";
        properties["capabilities"] = string.Join(' ', (await _source.Qmp.QueryMigrateCapabilitiesAsync(cancellationToken: cancellationToken))
            .Where(c => c.State).Select(c => c.Capability.Value));
        return properties;
    }
}

/// <summary>One migration, the properties that were in effect, and what both sides left behind.</summary>
internal sealed record StudyHop(
    StudySample Sample, IReadOnlyDictionary<string, string> Properties, StudySide Source, StudySide Destination);
