using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

[Quick]
public sealed class LabCapacityTests
{
    private const long GibInKib = 1024 * 1024;
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(20);

    [TestCase(0, 1)]
    [TestCase(2, 1)]
    [TestCase(8, 1)]
    [TestCase(10, 1)]
    [TestCase(11, 2)]
    [TestCase(22, 4)]
    [TestCase(256, 48)]
    public void Labs_fit_into_three_quarters_of_the_memory_and_there_is_at_least_one(long gib, int labs) =>
        Assert.That(LabCapacity.LabsIn(gib * GibInKib), Is.EqualTo(labs));

    [Test]
    public void The_guest_has_the_memory_that_is_counted() => Assert.That(
        string.Join(' ', LabGuest.Arguments(new VfioLabImage("kernel", "initrd", ""))), Does.Contain($" -m {LabGuest.MemoryMib} "));

    [Test]
    public void What_the_kernel_says_is_available_is_read()
    {
        Assert.That(LabCapacity.AvailableKib("MemTotal:       24600000 kB\nMemFree:        1 kB\nMemAvailable:   22222222 kB\n"), Is.EqualTo(22_222_222));
        Assert.That(LabCapacity.AvailableKib(File.ReadAllText("/proc/meminfo")), Is.Positive);
        Assert.That(() => LabCapacity.AvailableKib("MemTotal: 1 kB\n"), Throws.TypeOf<VfioLabException>().With.Message.Contains("MemAvailable"));
    }

    [Test]
    public async Task A_second_lab_waits_for_the_end_of_the_first_where_one_fits()
    {
        using var room = new LabCapacity(1);
        IDisposable first = await room.TakeAsync(Generous, Installed.Token);

        Task<IDisposable> second = room.TakeAsync(Generous, Installed.Token);
        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        using IDisposable taken = await second;

        // A second disposal frees nothing.
        first.Dispose();
        Assert.That(
            () => room.TakeAsync(TimeSpan.FromMilliseconds(50), Installed.Token),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("memory for another VFIO lab").And.Message.Contains("1 of 4096 MiB"));
    }

    [Test]
    public async Task A_wait_for_memory_can_be_cancelled()
    {
        using var room = new LabCapacity(1);
        using IDisposable first = await room.TakeAsync(Generous, Installed.Token);
        using var cancel = new CancellationTokenSource();
        Task<IDisposable> second = room.TakeAsync(Generous, cancel.Token);

        await cancel.CancelAsync();

        Assert.That(() => second, Throws.InstanceOf<OperationCanceledException>());
    }
}
