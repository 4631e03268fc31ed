using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qtest;

namespace QemuTest.Tests.Qtest;

/// <summary>Tests that act as the processor of a real QEMU's PC.</summary>
[Quick]
public sealed class QtestClientTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Memory_is_written_and_read_in_every_width()
    {
        await using QemuMachine machine = await LaunchAsync();
        QtestClient qtest = machine.Qtest;

        await qtest.WriteAsync(0x10000, 8, 0x0123456789abcdef, Installed.Token);

        Assert.Multiple(async () =>
        {
            Assert.That(await qtest.ReadAsync(0x10000, 8, Installed.Token), Is.EqualTo(0x0123456789abcdef));
            Assert.That(await qtest.ReadAsync(0x10000, 4, Installed.Token), Is.EqualTo(0x89abcdef));
            Assert.That(await qtest.ReadAsync(0x10000, 2, Installed.Token), Is.EqualTo(0xcdef));
            Assert.That(await qtest.ReadAsync(0x10007, 1, Installed.Token), Is.EqualTo(0x01));
            Assert.That(await qtest.CommandAsync("endianness", Installed.Token), Is.EqualTo("little"));
        });
    }

    [Test]
    public async Task Interrupts_are_separate_from_answers_and_in_order()
    {
        await using QemuMachine machine = await LaunchAsync();
        QtestClient qtest = machine.Qtest;
        await qtest.InterceptInputsAsync("ioapic", Installed.Token);

        // The first serial port: it interrupts when it can send, which is always.
        await qtest.OutAsync(0x3f9, 1, 2, Installed.Token);
        uint enabled = await qtest.InAsync(0x3f9, 1, Installed.Token);
        await qtest.OutAsync(0x3f9, 1, 0, Installed.Token);
        QtestInterrupt first = await qtest.NextInterruptAsync(Bound, Installed.Token);
        QtestInterrupt second = await qtest.NextInterruptAsync(Bound, Installed.Token);

        Assert.That(enabled, Is.EqualTo(2), "the answer is not the line of the interrupt");
        Assert.That((first, second), Is.EqualTo((new QtestInterrupt(4, true), new QtestInterrupt(4, false))));
    }

    [Test]
    public async Task A_missing_interrupt_ends_the_wait_with_a_timeout()
    {
        await using QemuMachine machine = await LaunchAsync();

        Assert.That(
            () => machine.Qtest.NextInterruptAsync(TimeSpan.FromMilliseconds(200), Installed.Token),
            Throws.TypeOf<QtestTimeoutException>().With.Message.Contains($"a change of an interrupt line did not arrive within {ScaledTime.Text(TimeSpan.FromMilliseconds(200))}")
                .And.Property(nameof(QtestTimeoutException.Awaited)).EqualTo("a change of an interrupt line")
                .And.Property(nameof(QtestTimeoutException.Timeout)).EqualTo(Timeouts.Scale(TimeSpan.FromMilliseconds(200))));
        Assert.That(() => machine.Qtest.NextInterruptAsync(TimeSpan.Zero, Installed.Token), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task The_clock_moves_by_the_given_time()
    {
        QemuBinary binary = await QemuBinary.OpenAsync(Installed.Qemu);
        if (!(await binary.GetCapabilitiesAsync()).HasQtest)
            Assert.Ignore($"{binary.Path} is built without the qtest accelerator, which moves the clock");
        await using QemuMachine machine = await LaunchAsync();

        long before = await machine.Qtest.ClockStepAsync(1, Installed.Token);
        long after = await machine.Qtest.ClockStepAsync(5000, Installed.Token);

        Assert.That(after, Is.EqualTo(before + 5000));
    }

    [Test]
    public async Task A_refused_command_fails_and_the_next_one_succeeds()
    {
        await using QemuMachine machine = await LaunchAsync();

        Assert.That(
            () => machine.Qtest.CommandAsync("no-such-command", Installed.Token),
            Throws.TypeOf<QtestException>().With.Message.Contains("refused 'no-such-command': FAIL"));
        Assert.That(await machine.Qtest.CommandAsync("endianness", Installed.Token), Is.EqualTo("little"));
    }

    [Test]
    public async Task The_exit_of_QEMU_fails_a_wait_for_an_interrupt()
    {
        await using QemuMachine machine = await LaunchAsync();
        QtestClient qtest = machine.Qtest;
        Task<QtestInterrupt> wait = qtest.NextInterruptAsync(Bound, Installed.Token);
        await machine.KillAsync();

        Assert.That(() => wait, Throws.TypeOf<QtestException>().With.Message.Contains("was closed during the wait for an interrupt"));
    }

    [Test]
    public void Without_a_launch_the_error_says_how_to_get_a_qtest_socket() =>
        Assert.That(() => Installed.NewMachine().Qtest, Throws.InvalidOperationException.With.Message.Contains("not launched").And.Message.Contains("Call LaunchAsync() first"));

    private static async Task<QemuMachine> LaunchAsync()
    {
        var machine = new QemuMachine(Installed.Qemu, new() { Name = "qtest", LogDirectory = RunFolders.NewTemporaryFolder() });
        machine.SetMachine("pc");
        machine.QtestEnabled = true;
        machine.AddArgs("-nodefaults", "-serial", "null");
        await machine.LaunchAsync(Installed.Token);
        return machine;
    }
}
