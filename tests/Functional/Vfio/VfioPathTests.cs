using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>The path of device state, for every value of the transfer property and every setting that affects it. Where multifd is
/// impossible, <c>on</c> is refused, and the guest stays on the source; <c>auto</c> silently uses the main channel.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(120)]
public sealed class VfioPathTests : VfioScenarioTest
{
    private const int Devices = 2;
    private const string Refusal = "Multifd device transfer requested but unsupported in the current config";

    private static readonly MigrationOptions File = new() { Uri = $"file:{VfioLab.Pipe}.saved", ReturnPath = false };

    private static readonly Setting[] Settings =
    [
        new("multifd", Possible: true, Multifd),
        new("no multifd", Possible: false, WithoutMultifd),
        new("multifd, zlib", Possible: false, Multifd with { MultifdCompression = MultiFDCompression.Zlib }),
        new("multifd, zstd", Possible: false, Multifd with { MultifdCompression = MultiFDCompression.Zstd }),
        new("multifd, file with mapped-ram", Possible: false, File with { MultifdChannels = 4, MappedRam = true }),
        new("file", Possible: false, File),
        new("multifd, unix socket", Possible: true, Multifd with { Uri = $"unix:{VfioLab.Pipe}.socket" }),
        new("exec", Possible: false, new() { Uri = $"exec:cat {VfioLab.Pipe}", SourceUri = $"exec:cat > {VfioLab.Pipe}", ReturnPath = false }),
        new("multifd, no return-path", Possible: true, Multifd with { ReturnPath = false }),
        new("multifd, switchover-ack", Possible: true, Multifd with { SwitchoverAck = true }),
        new("multifd, pause-before-switchover", Possible: true, Multifd with { PauseBeforeSwitchover = true }),
        new("multifd, pc-q35-10.0", Possible: true, Multifd, "pc-q35-10.0"),
        // Machine types older than 10.0 do not announce device state, which multifd needs.
        new("multifd, pc-q35-9.2", Possible: false, Multifd, "pc-q35-9.2"),
    ];

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (Setting setting in Settings)
        {
            foreach (OnOffAuto transfer in Enum.GetValues<OnOffAuto>())
            {
                DeviceStatePath? path = transfer switch
                {
                    OnOffAuto.Off => DeviceStatePath.MainChannel,
                    OnOffAuto.Auto when !setting.Possible => DeviceStatePath.MainChannel,
                    OnOffAuto.On when !setting.Possible => null,
                    _ => DeviceStatePath.Multifd,
                };
                yield return Case(setting, transfer, path);
            }
        }

        // The default: auto from machine type 10.0 on, off before.
        yield return Case(Settings.Single(s => s.Machine == "pc-q35-10.0"), null, DeviceStatePath.Multifd);
        yield return Case(Settings.Single(s => s.Machine == "pc-q35-9.2"), null, DeviceStatePath.MainChannel);
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Device_state_takes_the_path_that_the_settings_allow(Setting setting, OnOffAuto? transfer, DeviceStatePath? expected)
    {
        await RequireAsync(setting);
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            Devices, new VfioMachineOptions { Machine = setting.Machine, Transfer = transfer }, cancellationToken: Token);

        if (expected is { } path)
            await AssertMigratesAsync(pair, setting.Options, path);
        else
            await AssertIsRefusedAsync(pair, setting);
    }

    private static TestCaseData Case(Setting setting, OnOffAuto? transfer, DeviceStatePath? path) =>
        new TestCaseData(setting, transfer, path).SetArgDisplayNames(
            setting.Name, $"transfer {transfer?.ToString().ToLowerInvariant() ?? "unset"}");

    private async Task AssertIsRefusedAsync(VfioMigrationPair<LabMachine> pair, Setting setting)
    {
        IReadOnlyList<MttyContents> contents = await WriteDevicesAsync(pair.Source);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, setting.Options);

        Assert.Multiple(() =>
        {
            Assert.That(outcome, Migrated.NotAtAll);
            Assert.That(outcome.Destination.Status, Is.EqualTo(MigrationStatus.Failed), outcome.ToString());
            // Both sides refuse; the first to do so breaks the other's connection.
            Assert.That($"{outcome.Source.Reasons} | {outcome.Destination.Reasons}", Does.Contain(Refusal));
        });
        // An old machine type with 'on' cannot migrate at all.
        if (setting.Machine == "pc-q35-9.2")
            await AssertDevicesAsync(pair.Source, contents);
        else
            await AssertGuestLivesOnAsync(pair.Source, contents, Multifd with { Uri = "tcp:127.0.0.1:4445", MultifdCompression = MultiFDCompression.None });
    }

    private async Task RequireAsync(Setting setting)
    {
        if (setting.Machine != LabDefault)
            await RequireMachineAsync(setting.Machine);
        if (setting.Options.MultifdCompression is { } compression)
            await RequireMultifdCompressionAsync(compression);
        if (setting.Options.MappedRam)
            await RequireMigrationCapabilityAsync(MigrationCapability.MappedRam);
    }

    private const string LabDefault = "q35";

    /// <summary>A setting that may affect the path.</summary>
    public sealed record Setting(string Name, bool Possible, MigrationOptions Options, string Machine = LabDefault);
}
