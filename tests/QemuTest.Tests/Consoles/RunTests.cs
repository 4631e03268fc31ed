using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

/// <summary>Commands typed on a terminal that gives them back.</summary>
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
    public async Task A_pattern_in_the_command_is_not_found_in_its_echo()
    {
        Task<ConsoleMatch> running = Console.RunAsync("sleep 1; echo done", "done", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("sleep 1; echo done\r\n");
        Assert.That(running.IsCompleted, Is.False);

        await Guest.SayAsync("done\r\n# ");
        Assert.That((await running).Before, Is.EqualTo("\r\n"));
    }

    [Test]
    public async Task A_failure_pattern_in_the_command_does_not_fail_it()
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
    public async Task An_echo_in_pieces_or_wrapped_is_passed_over(params string[] echo)
    {
        Task<ConsoleMatch> running = Console.RunAsync("echo one; echo two", new Regex("echo|one|two"), Generous, failure: "cho");
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync(echo);
        Assert.That(running.IsCompleted, Is.False, "only the echo was there");

        await Guest.SayAsync("one\r\ntwo\r\n# ");
        Assert.That((await running).Value, Is.EqualTo("one"));
    }

    [Test]
    public async Task A_long_command_that_the_line_editor_wraps_is_passed_over()
    {
        string command = "mount -t 9p -o trans=virtio,version=9p2000.L shared /mnt && cat /mnt/file && echo finished";
        Task<ConsoleMatch> running = Console.RunAsync(command, "finished", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("# " + command[..78] + " \r", command[78..], "\r\n");
        Assert.That(running.IsCompleted, Is.False);

        await Guest.SayAsync("content\r\nfinished\r\n# ");
        Assert.That((await running).Before, Does.EndWith("content\r\n"));
    }

    [Test]
    public async Task A_terminal_without_echo_is_understood()
    {
        Task<ConsoleMatch> running = Console.RunAsync("uname", "Linux", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync("Linux\r\n# ");

        Assert.That((await running).Value, Is.EqualTo("Linux"));
    }

    [Test]
    public async Task Output_that_equals_the_command_is_output_the_second_time()
    {
        Task<ConsoleMatch> running = Console.RunAsync("hello", "hello", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("hello\r\n");
        Assert.That(running.IsCompleted, Is.False);

        await Guest.SayAsync("hello\r\n# ");
        Assert.That((await running).Before, Is.EqualTo("\r\n"));
    }

    [Test]
    public async Task Output_that_begins_like_the_command_is_found_as_soon_as_it_differs()
    {
        Task<ConsoleMatch> running = Console.RunAsync("hostname", "host", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayInPiecesAsync("host");
        Assert.That(running.IsCompleted, Is.False, "it may be the echo's beginning");

        await Guest.SayAsync("-17");
        Assert.That((await running).Value, Is.EqualTo("host"));
    }

    [Test]
    public async Task What_was_there_before_the_command_does_not_count()
    {
        await Guest.SayAsync("# old\r\n");
        await SettleAsync();
        await Guest.SayAsync("# ");
        // It is there, and no wait has taken it.
        await Console.WaitForAsync(new Regex("(?=# )"), Generous);

        Task<ConsoleMatch> running = Console.RunAsync("true", "# ", Generous);
        await Guest.ReadLineAsync();
        Assert.That(running.IsCompleted, Is.False);
        await Guest.SayAsync("true\r\n# ");

        Assert.That((await running).Before, Is.EqualTo("\r\n"));
    }

    [Test]
    public async Task Many_blank_lines_after_a_letter_of_the_command_do_not_hold_the_console_up()
    {
        Task<ConsoleMatch> running = Console.RunAsync("clear", "ready", Generous);
        await Guest.ReadLineAsync();
        await Guest.SayAsync("c" + string.Concat(Enumerable.Repeat("\r\n", 30)) + "ready\r\n");

        Assert.That((await running.WaitAsync(Generous)).Value, Is.EqualTo("ready"));
    }

    [Test]
    public async Task A_command_that_the_guest_does_not_take_is_given_up_within_the_limit()
    {
        // More than the kernel takes for a peer that does not read.
        string command = new('x', 4 * 1024 * 1024);
        Task<ConsoleMatch> running = Console.RunAsync(command, "# ", Brief);
        Task first = await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(10)));

        Assert.That(first, Is.SameAs(running), "the limit must hold for the typing too");
        await Assert.ThatAsync(async () => await running, Throws.TypeOf<ConsoleTimeoutException>());
    }

    [Test]
    public async Task An_empty_command_is_refused() =>
        await Assert.ThatAsync(async () => await Console.RunAsync("", "# ", Generous), Throws.ArgumentException);
}
