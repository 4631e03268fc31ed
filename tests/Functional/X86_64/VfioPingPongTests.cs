using QemuTest.Fixtures;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Vfio;

namespace QemuTest.Functional.X86_64;

/// <summary>One guest that goes there and back, again and again, between the same devices.</summary>
[Thorough]
[Area("Vfio")]
[Target("x86_64")]
[Limit(180)]
public sealed class VfioPingPongTests : VfioScenarioTest
{
    private const int Hops = 6;

    [TestCase(OnOffAuto.On)]
    [TestCase(OnOffAuto.Off)]
    [RerunAfterKnownCrash]
    public async Task A_guest_goes_there_and_back(OnOffAuto transfer)
    {
        var options = new LabMachineOptions { Transfer = transfer };
        // With multifd and several devices, a QEMU that took a guest in may abort when it sends it on: VfioKnownMisbehaviourTests.
        int devices = transfer == OnOffAuto.On ? 1 : 2;
        MigrationOptions way = transfer == OnOffAuto.On ? Multifd : WithoutMultifd;
        IReadOnlyList<LabDevice> here = await Lab.CreateDevicesAsync(devices, Token);
        IReadOnlyList<LabDevice> there = await Lab.CreateDevicesAsync(devices, Token);
        LabMachine guest = await Lab.StartMachineAsync("hop-0", here, options, Token);
        for (int hop = 1; hop <= Hops; hop++)
        {
            LabMachine next = await Lab.StartMachineAsync($"hop-{hop}", there, options.AsDestination, Token);

            await AssertMigratesAsync(
                new VfioMigrationPair(guest, next), way, PathOf(transfer));

            // The devices that the guest left are those that it comes back to, with another QEMU.
            Assert.That(await guest.QuitAsync(Token), Is.EqualTo(new QemuExit(0)), $"how {guest.Name} ended");
            (guest, here, there) = (next, there, here);
        }
    }
}
