using System.Net.Sockets;
using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

/// <summary>Commands typed on a terminal that echoes them.</summary>
[Quick]
public sealed class RunTests : SerialConsoleTests
{
    [Test]
    public async Task A_command_is_typed_with_a_carriage_return()
    {
        Task<ConsoleMatch> running = Console.RunAsync("uname -r", "# ", Generous);

        Assert.That(await Guest.ReadLineAsync(), Is.EqualTo("uname -r\r"));
        await Guest.SayAsync("uname -r\r\n6.12.0\r\n# ");
        Assert.That((await running).Before, Is.EqualTo("\r\n6.12.0\r\n"));
    }

    [Test]
    public async Task The_echo_of_the_command_does_not_match_the_pattern()
    {
        Task<ConsoleMatch> running = Console.RunAsync("sleep 1; echo done", "done", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("sleep 1; echo done\r\n", "done\r\n# ");

        Assert.That((await running).Before, Is.EqualTo("\r\n"), "the match is after the echo");
    }

    [Test]
    public async Task The_echo_of_the_command_does_not_match_the_failure_pattern()
    {
        Task<ConsoleMatch> running = Console.RunAsync("dmesg | grep -c panic", new Regex(@"\n\d+\r"), Generous, failure: "panic");
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("dmesg | grep -c panic", "\r\n0\r\n# ");

        Assert.That((await running).Value, Is.EqualTo("\n0\r"));
    }

    [TestCase("ec", "ho one; ec", "ho tw", "o\r\n")]
    [TestCase("# echo one", "; echo two", "\r\n")]
    [TestCase("echo one; e\r\n", "cho two", "\r\n")]
    [TestCase("echo one; \r", "echo two", "\r\n")]
    [TestCase("echo o\x1b[K", "ne; ech\x1b[6", "n \r", "o two\r\n")]
    public async Task An_echo_in_pieces_or_wrapped_is_skipped(params string[] echo)
    {
        Task<ConsoleMatch> running = Console.RunAsync("echo one; echo two", new Regex("echo|one|two"), Generous, failure: "cho");
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync([.. echo, "one\r\ntwo\r\n# "]);

        ConsoleMatch found = await running;
        Assert.That((found.Before, found.Value), Is.EqualTo(("\r\n", "one")), "the match is after the echo");
    }

    [TestCase("echo one; echo tw")]
    [TestCase("echo one; echo two")]
    public async Task A_console_that_is_closed_after_the_echo_has_no_match(string echo)
    {
        Task<ConsoleMatch> running = Console.RunAsync("echo one; echo two", new Regex("echo|one|two"), Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync(echo);
        Guest.HangUp();

        // The end of the console comes after its last byte, so the wait has searched all of the echo.
        await Assert.ThatAsync(async () => await running, Throws.TypeOf<ConsoleClosedException>());
    }

    [Test]
    public async Task The_echo_of_a_long_wrapped_command_is_skipped()
    {
        string command = "mount -t 9p -o trans=virtio,version=9p2000.L shared /mnt && cat /mnt/file && echo finished";
        Task<ConsoleMatch> running = Console.RunAsync(command, "finished", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("# " + command[..78] + " \r", command[78..], "\r\n", "content\r\nfinished\r\n# ");

        Assert.That((await running).Before, Is.EqualTo("\r\ncontent\r\n"));
    }

    [Test]
    public async Task Output_is_found_without_an_echo()
    {
        Task<ConsoleMatch> running = Console.RunAsync("uname", "Linux", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync("Linux\r\n# ");

        Assert.That((await running).Value, Is.EqualTo("Linux"));
    }

    [Test]
    public async Task Output_that_equals_the_command_is_found_after_the_echo()
    {
        Task<ConsoleMatch> running = Console.RunAsync("hello", "hello", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("hello\r\n", "hello\r\n# ");

        Assert.That((await running).Before, Is.EqualTo("\r\n"));
    }

    [Test]
    public async Task Output_that_starts_like_the_command_is_found_when_it_differs()
    {
        Task<ConsoleMatch> running = Console.RunAsync("hostname", "host", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("host", "-17");

        Assert.That((await running).Value, Is.EqualTo("host"));
    }

    [Test]
    public async Task Text_before_the_command_does_not_match()
    {
        await Guest.SayAsync("# old\r\n");
        await SettleAsync();
        await Guest.SayAsync("# ");
        // The text has arrived, and no wait has consumed it.
        await Console.WaitForAsync(new Regex("(?=# )"), Generous);

        Task<ConsoleMatch> running = Console.RunAsync("true", "# ", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync("true\r\n# ");

        Assert.That((await running).Before, Is.EqualTo("\r\n"), "the match is after the echo");
    }

    [Test]
    public async Task Many_line_ends_after_a_letter_of_the_command_do_not_slow_the_search()
    {
        Task<ConsoleMatch> running = Console.RunAsync("clear", "ready", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync("c" + string.Concat(Enumerable.Repeat("\r\n", 30)) + "ready\r\n");

        Assert.That((await running.WaitAsync(Timeouts.Scale(Generous))).Value, Is.EqualTo("ready"));
    }

    [Test]
    public async Task The_timeout_includes_the_typing_of_the_command()
    {
        // More than the kernel buffers for a guest that does not read.
        string command = new('x', 4 * 1024 * 1024);
        (Socket forConsole, Socket forGuest) = SocketPair.Create();
        using var guest = new ScriptedGuest(forGuest);
        await using var console = new SerialConsole(forConsole, "stream", LogFile + ".stream", _ => Task.FromResult(""));

        await Assert.ThatAsync(
            async () => await console.RunAsync(command, "# ", Brief).WaitAsync(Timeouts.Scale(Generous)), Throws.TypeOf<ConsoleTimeoutException>());
    }

    [Test]
    public async Task An_empty_command_is_refused() =>
        await Assert.ThatAsync(async () => await Console.RunAsync("", "# ", Generous), Throws.ArgumentException);
}
