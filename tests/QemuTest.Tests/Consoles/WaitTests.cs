using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

[Quick]
public sealed class WaitTests : SerialConsoleTests
{
    [Test]
    public async Task A_text_is_found_across_reads()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("login:", Generous);
        await Guest.SayInPiecesAsync("host lo", "gi", "n", ": ");

        ConsoleMatch found = await waiting;
        Assert.That(found.Before, Is.EqualTo("host "));
        Assert.That(found.Value, Is.EqualTo("login:"));
        Assert.That(found.Match, Is.Null);
    }

    [Test]
    public async Task A_text_is_found_across_lines()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("one\r\ntwo", Generous);
        await Guest.SayInPiecesAsync("one\r", "\nt", "wo");

        Assert.That((await waiting).Value, Is.EqualTo("one\r\ntwo"));
    }

    [Test]
    public async Task A_regular_expression_spans_lines_and_returns_its_groups()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync(new Regex(@"address (?<ip>[\d.]+)\s+mask ([\d.]+)\r"), Generous);
        await Guest.SayInPiecesAsync("eth0: address 10.0.2", ".15\r\n  mask 255.", "255.255.0\r\n");

        ConsoleMatch found = await waiting;
        Assert.That(found.Match!.Groups["ip"].Value, Is.EqualTo("10.0.2.15"));
        Assert.That(found.Match.Groups[1].Value, Is.EqualTo("255.255.255.0"));
        Assert.That(found.Before, Is.EqualTo("eth0: "));
    }

    [Test]
    public async Task A_regular_expression_spans_thousands_of_lines()
    {
        string lines = string.Concat(Enumerable.Range(0, 2000).Select(i => $"[{i,5}] one more line of the log\r\n"));
        Task<ConsoleMatch> waiting = Console.WaitForAsync(new Regex(@"BEGIN\r\n((?:.*\n)+)END"), Generous);
        await Guest.SayAsync(new string('.', 300_000) + "BEGIN\r\n");
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Guest.SayAsync(line + "\n");
        await Guest.SayAsync("END");

        Assert.That((await waiting).Match!.Groups[1].Value, Is.EqualTo(lines));
    }

    [Test]
    public async Task Text_from_before_the_wait_is_found()
    {
        await Guest.SayInPiecesAsync("Booting\r\nready\r\n");

        Assert.That((await Console.WaitForAsync("ready", Generous)).Before, Is.EqualTo("Booting\r\n"));
    }

    [Test]
    public async Task The_next_wait_starts_after_the_match()
    {
        await Guest.SayAsync("a=1 b=2 a=3\r\n");

        ConsoleMatch first = await Console.WaitForAsync("a=", Generous);
        ConsoleMatch second = await Console.WaitForAsync("b=", Generous);
        ConsoleMatch third = await Console.WaitForAsync(new Regex(@"a=(\d)\r"), Generous);

        Assert.That(first.Before, Is.Empty);
        Assert.That(second.Before, Is.EqualTo("1 "));
        Assert.That(third.Match!.Groups[1].Value, Is.EqualTo("3"));
    }

    [Test]
    public async Task Matched_text_is_not_matched_again()
    {
        await Guest.SayAsync("ready\r\n");
        await Console.WaitForAsync("ready", Generous);

        await Assert.ThatAsync(async () => await Console.WaitForAsync("ready", Brief), Throws.TypeOf<ConsoleTimeoutException>());
    }

    [Test]
    public async Task A_timeout_leaves_the_text_to_the_next_wait()
    {
        await Guest.SayInPiecesAsync("the answer is here");
        await Assert.ThatAsync(async () => await Console.WaitForAsync("something else", Brief), Throws.TypeOf<ConsoleTimeoutException>());

        Assert.That((await Console.WaitForAsync("answer", Generous)).Before, Is.EqualTo("the "));
    }

    [Test]
    public async Task A_timeout_names_the_pattern_and_shows_the_last_lines()
    {
        await Guest.SayAsync(string.Concat(Enumerable.Range(1, 30).Select(i => $"line {i}\r\n")));
        await SettleAsync();

        ConsoleTimeoutException error = (await Assert.ThrowsAsync<ConsoleTimeoutException>(async () => await Console.WaitForAsync("login:", Brief)))!;

        Assert.That(error.Message, Does.StartWith($"Console 'ttyS0': 'login:' did not appear within {ScaledTime.Text(Brief)}. Last console lines:\n  | line 12\n"));
        Assert.That(error.Message, Does.EndWith("  | line 30\n  | <mark>"));
        Assert.That(error.Awaited, Is.EqualTo("'login:'"));
        Assert.That(error.Timeout, Is.EqualTo(Timeouts.Scale(Brief)));
    }

    [Test]
    public async Task Continuous_output_does_not_extend_the_timeout()
    {
        using var stop = new CancellationTokenSource();
        Task talking = TalkAsync(stop.Token);

        await Assert.ThatAsync(
            async () => await Console.WaitForAsync("login:", Brief).WaitAsync(Timeouts.Scale(Generous)), Throws.TypeOf<ConsoleTimeoutException>());

        await stop.CancelAsync();
        await talking;
    }

    [Test]
    public async Task A_timeout_on_a_silent_console_says_that_it_is_empty()
    {
        ConsoleTimeoutException error = (await Assert.ThrowsAsync<ConsoleTimeoutException>(async () => await Console.WaitForAsync("login:", Brief)))!;

        Assert.That(error.Message, Does.EndWith("The console is empty."));
        Assert.That(Console.LastLines, Is.Empty);
    }

    [Test]
    public async Task A_closed_console_fails_the_wait_with_the_reason()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("login:", Generous);
        await Guest.SayAsync("Booting\r\n");
        Guest.HangUp();

        ConsoleClosedException error = (await Assert.ThrowsAsync<ConsoleClosedException>(async () => await waiting))!;
        Assert.That(
            error.Message,
            Is.EqualTo("Console 'ttyS0' was closed while waiting for 'login:'. QEMU ended with signal 9. Last console lines:\n  | Booting"));
    }

    [Test]
    public async Task Text_from_before_the_end_is_found()
    {
        await Guest.SayAsync("Power down\r\n");
        Guest.HangUp();

        Assert.That((await Console.WaitForAsync("Power down", Generous)).Value, Is.EqualTo("Power down"));
        await Assert.ThatAsync(async () => await Console.WaitForAsync("more", Generous), Throws.TypeOf<ConsoleClosedException>());
    }

    [Test]
    public async Task A_canceled_wait_leaves_the_text_to_the_next_wait()
    {
        using var cancel = new CancellationTokenSource();
        Task<ConsoleMatch> waiting = Console.WaitForAsync("login:", Generous, cancellationToken: cancel.Token);
        await Guest.SayInPiecesAsync("hello\r\n");

        await cancel.CancelAsync();

        await Assert.ThatAsync(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await Console.WaitForAsync("hello", Generous)).Value, Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_second_wait_is_refused_and_the_first_continues()
    {
        Task<ConsoleMatch> first = Console.WaitForAsync("one", Generous);

        InvalidOperationException error = (await Assert.ThrowsAsync<InvalidOperationException>(async () => await Console.WaitForAsync("two", Generous)))!;
        Assert.That(error.Message, Does.Contain("'ttyS0'").And.Contain("one wait at a time"));
        await Guest.SayAsync("one");
        Assert.That((await first).Value, Is.EqualTo("one"));
    }

    [Test]
    public async Task A_command_or_interrupt_during_a_wait_is_refused_and_types_nothing()
    {
        Task<ConsoleMatch> first = Console.WaitForAsync("one", Generous);
        await Guest.SayInPiecesAsync("not yet ");

        await Assert.ThatAsync(async () => await Console.RunAsync("reboot", "x", Generous), Throws.InvalidOperationException);
        await Assert.ThatAsync(
            async () => await Console.InterruptUntilAsync("x", Generous, Brief), Throws.InvalidOperationException);

        await Guest.SayAsync("one");
        Assert.That((await first).Before, Is.EqualTo("not yet "), "the position of the first wait is unchanged");
        Assert.That(Guest.Unread, Is.Zero);
    }

    [TestCase(0, false)]
    [TestCase(-1, false)]
    [TestCase(TimeSpan.TicksPerDay, true)]
    [TestCase(TimeSpan.TicksPerDay + 1, false)]
    public async Task A_timeout_is_longer_than_zero_and_at_most_a_day(long ticks, bool valid)
    {
        await Guest.SayAsync("login:");

        await Assert.ThatAsync(
            async () => await Console.WaitForAsync("login:", new TimeSpan(ticks)),
            valid ? Throws.Nothing : Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_empty_pattern_is_refused() => Assert.That(() => ConsolePattern.Text(""), Throws.ArgumentException);

    private async Task TalkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Guest.SayAsync("and another thing\r\n");
            await Task.Yield();
        }
    }
}
