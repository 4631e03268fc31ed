using QemuTest.NUnit;

namespace QemuTest.Tests.Machines;

/// <summary>Kills a test host with SIGKILL at several points, ten times each, and looks for processes and folders it left.</summary>
[NonParallelizable]
public sealed class HostKilledTests
{
    private const int Times = 10;

    // Less than a child's own life, and much more than the kernel needs on a busy host.
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(60);

    [Test]
    [Thorough]
    [TestTimeout(120)]
    public async Task Nothing_is_left_of_a_host_killed_between_spawn_and_connect()
    {
        for (int i = 0; i < Times; i++)
        {
            // The QEMU waits before it becomes a real one. The pause before the kill differs each time, so that the kill hits the start
            // itself as well as the time after it.
            string folder = Installed.NewFolder();
            string slow = Installed.FakeQemu(folder, $"sleep 1\nexec {Installed.Qemu} \"$@\"");
            await KillAndLookAsync(folder, "launch", slow, TimeSpan.FromMilliseconds(30 * i));
        }
    }

    [Test]
    [Thorough]
    [TestTimeout(120)]
    public async Task Nothing_is_left_of_a_host_killed_while_a_machine_runs()
    {
        for (int i = 0; i < Times; i++)
            await KillAndLookAsync(Installed.NewFolder(), "machine", Installed.Qemu, TimeSpan.Zero);
    }

    [Test]
    [Thorough]
    [TestTimeout(120)]
    public async Task Nothing_is_left_of_a_host_killed_while_a_program_runs()
    {
        for (int i = 0; i < Times; i++)
            await KillAndLookAsync(Installed.NewFolder(), "program", "/bin/sleep", TimeSpan.FromMilliseconds(30 * i));
    }

    [Test]
    [Nightly]
    [TestTimeout(300)]
    public async Task Nothing_is_left_of_a_host_killed_during_a_boot()
    {
        for (int i = 0; i < Times; i++)
            await KillAndLookAsync(Installed.NewFolder(), "boot", Installed.Qemu, TimeSpan.FromMilliseconds(300 * i));
    }

    [Test]
    [Nightly]
    [TestTimeout(600)]
    public async Task Nothing_is_left_of_a_host_killed_in_the_middle_of_a_migration_in_the_lab()
    {
        for (int i = 0; i < Times; i++)
            await KillAndLookAsync(Installed.NewFolder(), "lab", Installed.Qemu, TimeSpan.FromMilliseconds(100 * i));
    }

    private static async Task KillAndLookAsync(string folder, string mode, string qemu, TimeSpan pause)
    {
        await using var host = VictimHost.Start(folder, mode, qemu);
        await host.WaitUntilReadyAsync(Installed.Token);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, Installed.Token);
        await host.KillAsync(Installed.Token);

        IReadOnlyList<string> survivors = await host.SurvivorsAfterAsync(GoneWithin, Installed.Token);
        Assert.That(survivors, Is.Empty, $"alive {GoneWithin.TotalSeconds} s after the SIGKILL ('{mode}', {pause.TotalMilliseconds} ms)");

        // The kernel does not delete folders; the next start does.
        await using var next = VictimHost.Start(folder, "nothing", qemu);
        await next.WaitForEndAsync(Installed.Token);
        Assert.That(host.LeftOnDisk(), Is.Empty, "left after the next start");
    }
}
