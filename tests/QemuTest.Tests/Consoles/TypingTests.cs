using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

[Quick]
public sealed class TypingTests : SerialConsoleTests
{
    [Test]
    public async Task Text_is_typed_without_changes()
    {
        await Console.TypeAsync("root");
        await Console.TypeAsync("\x03\r");

        Assert.That(await Guest.ReadLineAsync(), Is.EqualTo("root\x03\r"));
        Assert.That(Guest.Unread, Is.Zero);
    }

    [Test]
    public async Task Typing_on_a_closed_console_fails_with_the_reason()
    {
        await Guest.SayAsync("Power down\r\n");
        await SettleAsync();
        Guest.HangUp();

        ConsoleClosedException error = (await Assert.ThrowsAsync<ConsoleClosedException>(async () => await Console.TypeAsync("halt\r")))!;
        Assert.That(error.Message, Does.StartWith("Console 'ttyS0' was closed while waiting for 'halt' to be typed. QEMU ended with signal 9."));
        Assert.That(error.Message, Does.Contain("  | Power down"));
    }

    [Test]
    public async Task Typing_after_the_disposal_fails()
    {
        await Console.DisposeAsync();

        await Assert.ThatAsync(async () => await Console.TypeAsync("halt\r"), Throws.TypeOf<ConsoleClosedException>());
    }

    [Test]
    public async Task A_countdown_is_interrupted_until_a_prompt_without_a_line_end()
    {
        Task<ConsoleMatch> interrupting = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20), interrupt: " \r");
        for (int i = 3; i > 0; i--)
        {
            Assert.That(await Guest.ReadLineAsync(), Is.EqualTo(" \r"));
            await Guest.SayAsync($"Hit any key to stop autoboot: {i}\b");
        }

        await Guest.SayAsync("\r\n=> ");

        Assert.That((await interrupting).Value, Is.EqualTo("=> "));
    }

    [Test]
    public async Task Nothing_is_typed_after_the_prompt()
    {
        Task<ConsoleMatch> first = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(5), interrupt: "1\r");
        await Guest.ReadLineAsync();
        await Guest.SayAsync("=> ");
        await first;

        // Slower than the first, which would show between two lines of the second if it still typed.
        Task<ConsoleMatch> second = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(50), interrupt: "2\r");
        var typed = new List<string>();
        while (typed.Count(line => line == "2\r") < 3)
            typed.Add(await Guest.ReadLineAsync());
        await Guest.SayAsync("=> ");
        await second;

        Assert.That(typed.SkipWhile(line => line == "1\r"), Has.All.EqualTo("2\r"));
    }

    [Test]
    public async Task Nothing_is_typed_if_the_prompt_is_there_already()
    {
        await Guest.SayAsync("=> ");
        await Console.WaitForAsync(new Regex("(?==> )"), Generous);

        await Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20));

        Assert.That(Guest.Unread, Is.Zero);
    }

    [Test]
    public async Task Interrupts_without_a_prompt_end_with_the_timeout()
    {
        await Assert.ThatAsync(
            async () => await Console.InterruptUntilAsync("=> ", Brief, TimeSpan.FromMilliseconds(20)), Throws.TypeOf<ConsoleTimeoutException>());

        Assert.That(Guest.Unread, Is.GreaterThan(1));
    }

    [Test]
    public async Task A_closed_console_ends_the_interrupts()
    {
        Task<ConsoleMatch> interrupting = Console.InterruptUntilAsync("=> ", Generous, TimeSpan.FromMilliseconds(20));
        await Guest.ReadLineAsync();
        Guest.HangUp();

        await Assert.ThatAsync(async () => await interrupting, Throws.TypeOf<ConsoleClosedException>());
    }
}
