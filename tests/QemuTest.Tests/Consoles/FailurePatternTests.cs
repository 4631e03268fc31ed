using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

[Quick]
public sealed class FailurePatternTests : SerialConsoleTests
{
    [Test]
    public async Task A_failure_pattern_that_matches_first_fails_the_wait()
    {
        await Guest.SayAsync("Booting\r\nKernel panic - not syncing: VFS\r\nlogin:\r\n");

        ConsoleFailurePatternException error = (await Assert.ThrowsAsync<ConsoleFailurePatternException>(
            async () => await Console.WaitForAsync("login:", Generous, failure: "Kernel panic - not syncing")))!;

        Assert.That(
            error.Message,
            Does.StartWith(
                "Console 'ttyS0': found failure pattern 'Kernel panic - not syncing' ('Kernel panic - not syncing') while waiting for 'login:'."));
        Assert.That(error.Message, Does.Contain("  | Booting\n  | Kernel panic - not syncing: VFS"));
        Assert.That(error.Found, Is.EqualTo("Kernel panic - not syncing"));
        Assert.That(await File.ReadAllTextAsync(LogFile), Does.Contain("Kernel panic - not syncing: VFS"));
    }

    [Test]
    public async Task A_failure_after_the_success_is_left_to_the_next_wait()
    {
        await Guest.SayAsync("login:\r\nKernel panic\r\n");

        ConsoleMatch found = await Console.WaitForAsync("login:", Generous, failure: "Kernel panic");

        Assert.That(found.Value, Is.EqualTo("login:"));
        await Assert.ThatAsync(
            async () => await Console.WaitForAsync("login:", Generous, failure: "Kernel panic"), Throws.TypeOf<ConsoleFailurePatternException>());
    }

    [TestCase("panic", "Kernel panic", TestName = "At_the_same_end_success_counts_if_the_failure_is_longer")]
    [TestCase("Kernel panic", "panic", TestName = "At_the_same_end_success_counts_if_the_failure_is_shorter")]
    public async Task At_the_same_end_success_counts(string success, string failure)
    {
        await Guest.SayAsync("Kernel panic\r\n");

        Assert.That((await Console.WaitForAsync(success, Generous, failure)).Value, Is.EqualTo(success));
    }

    [Test]
    public async Task A_failure_that_ends_first_counts_even_if_both_arrive_together()
    {
        await Guest.SayAsync("login incorrect\r\n");

        await Assert.ThatAsync(
            async () => await Console.WaitForAsync("login incorrect", Generous, failure: "login"), Throws.TypeOf<ConsoleFailurePatternException>());
    }

    [Test]
    public async Task A_failure_across_reads_is_found_by_a_regular_expression()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("login:", Generous, new Regex(@"exitcode=(0x\d+)\r"));
        await Guest.SayInPiecesAsync("exitco", "de=0x00", "000100\r\n");

        ConsoleFailurePatternException error = (await Assert.ThrowsAsync<ConsoleFailurePatternException>(async () => await waiting))!;
        Assert.That(error.Found, Is.EqualTo("exitcode=0x00000100\r"));
        Assert.That(error.Awaited, Is.EqualTo("'login:'"));
    }

    [Test]
    public async Task The_next_wait_starts_after_the_failure()
    {
        await Guest.SayAsync("error: no disk\r\nretrying\r\n");
        await Assert.ThatAsync(
            async () => await Console.WaitForAsync("login:", Generous, failure: "error:"), Throws.TypeOf<ConsoleFailurePatternException>());

        Assert.That((await Console.WaitForAsync("retrying", Generous, failure: "error:")).Before, Is.EqualTo(" no disk\r\n"));
    }
}
