using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A guest that migrates there and back several times, between the same devices, and between two QEMUs where the run has
/// two.</summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioPingPongTests : VfioScenarioTest
{
    private const int Hops = 6;

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    public async Task A_guest_migrates_there_and_back(OnOffAuto transfer)
    {
        var options = new VfioMachineOptions { Transfer = transfer };
        // One device with multifd: with several, a source that was a destination may abort (docs/qemu-findings.md, "The source aborts").
        int devices = transfer == OnOffAuto.On ? 1 : 2;
        MigrationOptions way = transfer == OnOffAuto.On ? Multifd : WithoutMultifd;
        IReadOnlyList<LabDevice> here = await Lab.CreateDevicesAsync(devices, Token);
        IReadOnlyList<LabDevice> there = await Lab.CreateDevicesAsync(devices, Token);
        LabMachine guest = await Lab.StartMachineAsync("hop-0", here, options, Token);
        var versions = new List<Version> { guest.Qmp.Greeting.Version };
        for (int hop = 1; hop <= Hops; hop++)
        {
            LabMachine next = await Lab.StartMachineAsync($"hop-{hop}", there, options.AsDestinationOf(guest.Options), Token);
            versions.Add(next.Qmp.Greeting.Version);

            await AssertMigratesAsync(
                new VfioMigrationPair<LabMachine>(guest, next), way, PathOf(transfer));

            // The next hop uses the devices that the guest just left.
            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new ProcessExit(0)), $"how {guest.Name} ended");
            (guest, here, there) = (next, there, here);
        }

        RecordFact("hops", string.Join(" to ", versions));
        Assert.That(versions, Is.EqualTo(versions.Select((_, hop) => versions[hop % 2])), "QEMUs that the guest was on");
    }

    [Test]
    [TestTimeout(1800)]
    public async Task Sixty_hops_with_random_options_leave_nothing_behind()
    {
        const int ManyHops = 60;
        const int Seed = 20260101;
        // Caches fill in the first hops. Then the lowest use of two windows is compared, which a process that is about to exit cannot raise.
        const int Window = 20;
        const int SparedFiles = (ManyHops - 2 * Window) / Window; // one in 20 hops
        const long SparedMemory = 32 * 1024; // KiB. A QEMU that stays has more than 100 MiB; the one with the guest varies by 10 MiB with its channels.

        // One device: with several, multifd may abort the source (docs/qemu-findings.md, "The source aborts").
        IReadOnlyList<LabDevice> here = await Lab.CreateDevicesAsync(1, Token);
        IReadOnlyList<LabDevice> there = await Lab.CreateDevicesAsync(1, Token);
        var random = new Random(Seed);
        var paths = new Dictionary<DeviceStatePath, int>();
        LabMachine guest = await Lab.StartMachineAsync("machine-0", here, new VfioMachineOptions(), Token);
        List<LabUsage> early = [], late = [];
        List<int> earlyHere = [], lateHere = [];

        for (int hop = 1; hop <= ManyHops; hop++)
        {
            OnOffAuto transfer = NextTransfer(random, guest, out bool multifd);
            DeviceStatePath path = multifd ? PathOf(guest.Options.Transfer) : DeviceStatePath.MainChannel;
            LabMachine next = await Lab.StartMachineAsync(
                $"machine-{hop % 2}", there, new VfioMachineOptions { Transfer = transfer }.AsDestinationOf(guest.Options), Token);

            await AssertMigratesAsync(
                new VfioMigrationPair<LabMachine>(guest, next),
                new()
                {
                    MultifdChannels = multifd ? random.Next(1, 17) : null,
                    PauseBeforeSwitchover = random.Next(2) == 0,
                    SwitchoverAck = random.Next(2) == 0,
                    Uri = random.Next(2) == 0 ? "tcp:127.0.0.1:4444" : $"unix:{VfioLab.Pipe}.socket",
                },
                path);
            paths[path] = paths.GetValueOrDefault(path) + 1;

            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new ProcessExit(0)), $"how the source of hop {hop} ended");
            (guest, here, there) = (next, there, here);
            if (hop is > Window and <= 2 * Window)
                await ReadUsageAsync(early, earlyHere);
            else if (hop > ManyHops - Window)
                await ReadUsageAsync(late, lateHere);
        }

        RecordFact("hops", string.Join(", ", paths.Select(p => $"{p.Value} {p.Key}")));
        RecordFact("early", Lowest(early));
        RecordFact("late", Lowest(late));
        RecordFact("file descriptors of this process", $"{earlyHere.Min()} early, {lateHere.Min()} late");
        Assert.Multiple(() =>
        {
            Assert.That(late.Select(usage => usage.Qemus), Is.All.EqualTo(1), "QEMUs in the lab");
            Assert.That(late.Select(usage => usage.Devices), Is.All.EqualTo(2), "devices in the lab");
            Assert.That(late.Min(usage => usage.Processes), Is.LessThanOrEqualTo(early.Min(usage => usage.Processes)), "processes in the lab");
            Assert.That(late.Min(usage => usage.Descriptors), Is.LessThanOrEqualTo(early.Min(usage => usage.Descriptors)), "file descriptors in the lab");
            Assert.That(late.Min(usage => usage.OpenFiles), Is.LessThanOrEqualTo(early.Min(usage => usage.OpenFiles) + SparedFiles), "open files in the lab");
            Assert.That(late.Max(usage => usage.AvailableMemory), Is.GreaterThanOrEqualTo(early.Max(usage => usage.AvailableMemory) - SparedMemory), "available memory in the lab, KiB");
        });

        async Task ReadUsageAsync(List<LabUsage> lab, List<int> thisProcess)
        {
            lab.Add(await Lab.ReadUsageAsync(Token));
            thisProcess.Add(Directory.GetFiles("/proc/self/fd").Length);
        }

        static string Lowest(List<LabUsage> usages) =>
            $"{usages.Min(usage => usage.Processes)} processes, {usages.Min(usage => usage.Descriptors)} descriptors, " +
            $"{usages.Min(usage => usage.OpenFiles)} to {usages.Max(usage => usage.OpenFiles)} open files, " +
            $"{usages.Max(usage => usage.AvailableMemory)} KiB available";
    }

    // Both sides must agree: a source with on needs multifd, and a source with off needs a destination with off.
    private static OnOffAuto NextTransfer(Random random, LabMachine guest, out bool multifd)
    {
        multifd = guest.Options.Transfer == OnOffAuto.On || random.Next(4) > 0;
        return (multifd, guest.Options.Transfer) switch
        {
            (true, OnOffAuto.Off) => OnOffAuto.Off,
            (true, _) => random.Next(2) == 0 ? OnOffAuto.On : OnOffAuto.Auto,
            _ => random.Next(2) == 0 ? OnOffAuto.Off : OnOffAuto.Auto,
        };
    }
}
