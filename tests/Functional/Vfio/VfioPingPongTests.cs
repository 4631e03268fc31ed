using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>One guest that goes there and back, again and again, between the same devices, and between two QEMUs where the run has two.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioPingPongTests : VfioScenarioTest
{
    private const int Hops = 6;

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    [RerunAfterKnownCrash]
    public async Task A_guest_goes_there_and_back(OnOffAuto transfer)
    {
        var options = new VfioMachineOptions { Transfer = transfer };
        // With multifd and several devices, a QEMU that took a guest in may abort when it sends it on: VfioKnownMisbehaviourTests.
        int devices = transfer == OnOffAuto.On ? 1 : 2;
        MigrationOptions way = transfer == OnOffAuto.On ? Multifd : WithoutMultifd;
        IReadOnlyList<LabDevice> here = await Lab.CreateDevicesAsync(devices, Token);
        IReadOnlyList<LabDevice> there = await Lab.CreateDevicesAsync(devices, Token);
        LabMachine guest = await Lab.StartMachineAsync("hop-0", here, options, Token);
        var versions = new List<Version> { guest.Qmp.Greeting.Version };
        for (int hop = 1; hop <= Hops; hop++)
        {
            LabMachine next = await Lab.StartMachineAsync($"hop-{hop}", there, options.AsDestinationOf(guest), Token);
            versions.Add(next.Qmp.Greeting.Version);

            await AssertMigratesAsync(
                new VfioMigrationPair(guest, next), way, PathOf(transfer));

            // The devices that the guest left are those that it comes back to, with another QEMU.
            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new ProcessExit(0)), $"how {guest.Name} ended");
            (guest, here, there) = (next, there, here);
        }

        RecordFact("hops", string.Join(" to ", versions));
        Assert.That(versions, Is.EqualTo(versions.Select((_, hop) => versions[hop % 2])), "QEMUs that the guest was on");
    }

    [Test]
    [TestTimeout(1800)]
    public async Task Two_hundred_hops_with_random_options_leave_nothing_behind()
    {
        const int ManyHops = 200;
        const int Seed = 20260101;
        const long Slack = 32 * 1024; // KiB; the kernel's own caches
        const int SparedFiles = 64;

        // One device: with several, multifd may abort the source (docs/qemu-findings.md).
        IReadOnlyList<LabDevice> here = await Lab.CreateDevicesAsync(1, Token);
        IReadOnlyList<LabDevice> there = await Lab.CreateDevicesAsync(1, Token);
        var random = new Random(Seed);
        var paths = new Dictionary<DeviceStatePath, int>();
        LabMachine guest = await Lab.StartMachineAsync("machine-0", here, new VfioMachineOptions(), Token);
        LabUsage before = await Lab.ReadUsageAsync(Token);
        long filesBefore = HostFiles();

        for (int hop = 1; hop <= ManyHops; hop++)
        {
            // What both sides can agree on: a source that must use multifd needs it, and one that must not, one that will not.
            bool multifd = guest.Options.Transfer == OnOffAuto.On || random.Next(4) > 0;
            OnOffAuto transfer = (multifd, guest.Options.Transfer) switch
            {
                (true, OnOffAuto.Off) => OnOffAuto.Off,
                (true, _) => random.Next(2) == 0 ? OnOffAuto.On : OnOffAuto.Auto,
                _ => random.Next(2) == 0 ? OnOffAuto.Off : OnOffAuto.Auto,
            };
            DeviceStatePath path = multifd ? PathOf(guest.Options.Transfer) : DeviceStatePath.MainChannel;
            LabMachine next = await Lab.StartMachineAsync(
                $"machine-{hop % 2}", there, new VfioMachineOptions { Transfer = transfer }.AsDestinationOf(guest), Token);

            await AssertMigratesAsync(
                new VfioMigrationPair(guest, next),
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
        }

        LabUsage after = await Lab.ReadUsageAsync(Token);
        RecordFact("hops", string.Join(", ", paths.Select(p => $"{p.Value} {p.Key}")));
        RecordFact("before", before.ToString());
        RecordFact("after", after.ToString());
        RecordFact("file descriptors of this process", $"{filesBefore} before, {HostFiles()} after");
        Assert.Multiple(() =>
        {
            Assert.That(after.Qemus, Is.EqualTo(before.Qemus), "QEMUs in the lab");
            Assert.That(after.Devices, Is.EqualTo(before.Devices), "devices in the lab");
            Assert.That(after.OpenFiles, Is.LessThanOrEqualTo(before.OpenFiles + SparedFiles), "open files in the lab");
            Assert.That(after.AvailableMemory, Is.GreaterThanOrEqualTo(before.AvailableMemory - Slack), "available memory in the lab, KiB");
        });

        static long HostFiles() => Directory.GetFiles("/proc/self/fd").Length;
    }
}
