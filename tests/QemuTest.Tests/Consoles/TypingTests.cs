using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

[Quick]
public sealed class TypingTests : SerialConsoleTests
{
    [Test]
    public async Task Text_is_typed_as_it_is()
    {
        await Console.TypeAsync("root");
        await Console.TypeAsync("\x03\r");

        Assert.That(await Guest.ReadLineAsync(), Is.EqualTo("root\x03\r"));
        Assert.That(Guest.Unread, Is.Zero);
    }

    [Test]
    public async Task Typing_after_the_end_fails_with_the_explanation()
    {
        await Guest.SayAsync("Power down\r\n");
        await SettleAsync();
        Guest.HangUp();

        ConsoleClosedException error = (await Assert.ThrowsAsync<ConsoleClosedException>(async () => await Console.TypeAsync("halt\r")))!;
        Assert.That(error.Message, Does.StartWith("Console 'ttyS0' ended while waiting for 'halt' to be typed. QEMU ended with signal 9."));
        Assert.That(error.Message, Does.Contain("  | Power down"));
    }

    [Test]
    public async Task Typing_after_the_disposal_fails_alike()
    {
        await Console.DisposeAsync();

        await Assert.ThatAsync(async () => await Console.TypeAsync("halt\r"), Throws.TypeOf<ConsoleClosedException>());
    }

    [Test]
    public async Task A_countdown_is_interrupted_at_a_prompt_without_newline()
    {
        Task<ConsoleMatch> interrupting = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20), interrupt: " \r");
        for (int i = 3; i > 0; i--)
        {
            Assert.That(await Guest.ReadLineAsync(), Is.EqualTo(" \r"));
            await Guest.SayAsync($"Hit any key to stop autoboot: {i}\b");
        }

        await Guest.SayAsync("\r\n=> ");

        ConsoleMatch found = await interrupting;
        Assert.That(found.Value, Is.EqualTo("=> "));
        int typed = Guest.Unread;
        await Task.Delay(100);
        Assert.That(Guest.Unread, Is.EqualTo(typed), "nothing may be typed once the prompt is there");
    }

    [Test]
    public async Task A_prompt_that_is_there_already_is_not_interrupted()
    {
        await Guest.SayAsync("=> ");
        await Console.WaitForAsync(new Regex("(?==> )"), Generous);

        await Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20));

        Assert.That(Guest.Unread, Is.Zero);
    }

    [Test]
    public async Task An_interrupt_in_vain_runs_into_the_limit()
    {
        await Assert.ThatAsync(
            async () => await Console.InterruptUntilAsync("=> ", Brief, TimeSpan.FromMilliseconds(20)), Throws.TypeOf<ConsoleTimeoutException>());

        Assert.That(Guest.Unread, Is.GreaterThan(1));
    }

    [Test]
    public async Task A_console_that_ends_ends_the_interrupting()
    {
        Task<ConsoleMatch> interrupting = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20));
        await Guest.ReadLineAsync();
        Guest.HangUp();

        await Assert.ThatAsync(async () => await interrupting, Throws.TypeOf<ConsoleClosedException>());
    }
}
