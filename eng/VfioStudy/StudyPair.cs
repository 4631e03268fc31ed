using System.Globalization;
using System.Text.Json;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>A guest that migrates back and forth between two sets of devices of one lab.</summary>
internal sealed class StudyPair : IAsyncDisposable
{
    private static readonly string[] Properties = [VfioMachineOptions.TransferProperty, "enable-migration", "x-migration-load-config-after-iter", "x-migration-max-queued-buffers-size"];

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
        QemuBinary qemu, StudyPlan plan, StudyBlock block, QemuMachineOptions options, CancellationToken cancellationToken = default)
    {
        VfioLab lab = await VfioLab.StartAsync(qemu, options, cancellationToken: cancellationToken);
        try
        {
            IReadOnlyList<SyntheticDevice> here = await CreateAsync(seed: 1);
            IReadOnlyList<SyntheticDevice> there = await CreateAsync(seed: 101);
            LabMachine source = await lab.StartMachineAsync("hop-0", here, cancellationToken: cancellationToken);
            return new StudyPair(lab, block, here, there, source);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }

        Task<IReadOnlyList<SyntheticDevice>> CreateAsync(long seed) => lab.CreateSyntheticDevicesAsync(
            block.Devices,
            new()
            {
                Size = block.Size,
                Seed = seed,
                StopLatency = TimeSpan.FromMilliseconds(plan.StopLatency),
                SaveLatency = TimeSpan.FromMilliseconds(plan.SaveLatency),
                LoadLatency = TimeSpan.FromMilliseconds(plan.LoadLatency),
            },
            cancellationToken);
    }

    /// <summary>Migrates the guest to the other devices.</summary>
    /// <exception cref="StudyException">The migration failed, took the wrong path, or a device refused its state.</exception>
    public async Task<StudyHop> HopAsync(OnOffAuto transfer, CancellationToken cancellationToken = default)
    {
        LabMachine destination = await _lab.StartMachineAsync(
            string.Create(CultureInfo.InvariantCulture, $"hop-{++_hops}"), _there, new VfioMachineOptions { Transfer = transfer }.AsDestination, cancellationToken);
        // The property can change while QEMU runs: one source serves both kinds.
        var value = JsonSerializer.SerializeToElement(transfer == OnOffAuto.On ? "on" : "off");
        for (int i = 0; i < _block.Devices; i++)
            await _source.Qmp.QomSetAsync(Path(i), VfioMachineOptions.TransferProperty, value, cancellationToken: cancellationToken);

        double load = StudyHost.LoadAverage();
        var pair = new VfioMigrationPair<LabMachine>(_source, destination);
        // Off has no multifd at all: when several devices do not use it, QEMU 10.0 to 11.1 aborts too often to be measured (three of six
        // migrations with four devices).
        VfioMigrationOutcome outcome = await pair.MigrateAsync(
            new()
            {
                MultifdChannels = transfer == OnOffAuto.On ? _block.Channels : null,
                SwitchoverBandwidth = MigrationOptions.PlentyOfBandwidth,
                Timeout = TimeSpan.FromMinutes(5),
            },
            cancellationToken);
        if (!outcome.Completed)
            throw new StudyException($"{outcome}; source: {outcome.Source.Reasons}; destination: {outcome.Destination.Reasons}");
        DeviceStatePath path = transfer == OnOffAuto.On ? DeviceStatePath.Multifd : DeviceStatePath.MainChannel;
        if (outcome.DeviceState.FirstOrDefault(t => t.Saved != path || t.Loaded != path) is { } wrong)
            throw new StudyException($"transfer {transfer}: {wrong}");

        IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> left = await SyntheticDevices.ReadHistoriesAsync(_here, cancellationToken);
        IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> arrived = await SyntheticDevices.ReadHistoriesAsync(_there, cancellationToken);
        if (arrived.Any(history => history.Last(e => e.What is "accepted" or "refused").What == "refused"))
            throw new StudyException("a device refused its state");

        var hop = new StudyHop(
            new StudySample(
                outcome.Source.Downtime!.Value.TotalMilliseconds,
                (arrived.Max(h => Last(h, "RUNNING")) - left.Min(h => Last(h, "PRE_COPY_P2P"))).TotalMilliseconds,
                outcome.Source.Statistics!.TotalTime!.Value,
                SyntheticDevices.MostAtOnce(left, "saving", "saved"),
                SyntheticDevices.MostAtOnce(arrived, "loading", "loaded"),
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

    private async Task<IReadOnlyDictionary<string, string>> PropertiesAsync(CancellationToken cancellationToken = default)
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
