using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>State of various sizes, of one device and of several, over various numbers of channels.</summary>
public sealed class VfioLargeStateTests : SyntheticDeviceTest
{
    // QEMU reads a device in blocks of 1 MiB: less than one, about one, slightly more, and many.
    [Test]
    public async Task State_of_any_size_arrives_unchanged(
        [Values(1, MiB - 32, MiB + 1, 64 * MiB)] long size, [Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer) =>
        await AssertMigratesAsync(await StartPairAsync(1, transfer, new() { Size = size }), transfer);

    [Test]
    public async Task State_of_several_devices_arrives_over_any_number_of_channels(
        [Values(1, 2, 4, 8)] int devices, [Values(1, 4)] int channels) =>
        await AssertMigratesAsync(
            await StartPairAsync(devices, OnOffAuto.On, new() { Size = 4 * MiB }), OnOffAuto.On, Options(OnOffAuto.On) with { MultifdChannels = channels });

    [Test]
    public async Task State_of_several_devices_arrives_over_the_main_channel([Values(1, 2, 4, 8)] int devices) =>
        await AssertMigratesAsync(await StartPairAsync(devices, OnOffAuto.Off, new() { Size = 4 * MiB }), OnOffAuto.Off);

    [Test]
    public async Task Large_state_of_several_devices_arrives_over_all_channels()
    {
        VfioMigrationOutcome outcome = await AssertMigratesAsync(
            await StartPairAsync(4, OnOffAuto.On, new() { Size = 32 * MiB }), OnOffAuto.On);

        // 32 blocks of 1 MiB, one more for the header before the state, and the configuration space.
        Assert.That(outcome.DeviceState.Select(device => device.Channels.Sum(channel => channel.Buffers)), Has.Exactly(4).EqualTo(32 + 1 + 1));
        if (outcome.Destination.Trace.Any(e => e.Thread is not null))
            Assert.That(
                outcome.DeviceState.SelectMany(device => device.Channels).Select(channel => channel.Channel).Distinct(),
                Is.EquivalentTo(Enumerable.Range(0, 4)), "channels with state");
    }

    [Test]
    public async Task Large_state_of_several_devices_arrives_over_the_main_channel()
    {
        VfioMigrationOutcome outcome = await AssertMigratesAsync(
            await StartPairAsync(4, OnOffAuto.Off, new() { Size = 32 * MiB }), OnOffAuto.Off);

        Assert.That(outcome.DeviceState.SelectMany(device => device.Channels), Is.Empty);
    }

    [Test]
    public async Task The_outage_is_longer_than_the_time_that_slow_devices_need([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        const int Size = 4, Bandwidth = 16;
        VfioMigrationOutcome outcome = await AssertMigratesAsync(
            await StartPairAsync(2, transfer, new() { Size = Size * MiB, Bandwidth = Bandwidth * MiB }), transfer);

        Assert.That(outcome.Outage, Is.GreaterThan(TimeSpan.FromSeconds((double)Size / Bandwidth)));
    }

    [Test]
    public async Task The_devices_of_a_paused_guest_migrate([Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer)
    {
        VfioMigrationPair<LabMachine> pair = await StartPairAsync(2, transfer, new() { Size = 4 * MiB });
        await pair.Source.Qmp.StopAsync(cancellationToken: Token);
        IReadOnlyList<ulong> left = await ChecksumsAsync(pair.Source);

        await MigrateAsync(pair, Options(transfer));
        await pair.Destination.Qmp.ContAsync(cancellationToken: Token);

        Assert.That(await ChecksumsAsync(pair.Destination), Is.EqualTo(left));
        foreach (IReadOnlyList<SyntheticDeviceEvent> history in await HistoriesAsync(pair.Destination))
            Assert.That(history.Select(e => e.What), Does.Contain("accepted").And.Not.Contain("refused"));
    }
}
