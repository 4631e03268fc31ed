using System.Net.Sockets;
using System.Text;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

/// <summary>The way of the bytes from the socket to the text and the log.</summary>
[Quick]
public sealed class DrainTests : SerialConsoleTests
{
    [Test]
    public async Task A_character_split_across_reads_is_decoded()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("Grüße €😀!", Generous);
        foreach (byte piece in Encoding.UTF8.GetBytes("Grüße €😀!"))
            await Guest.SayAsync(new[] { piece });

        Assert.That((await waiting).Before, Is.Empty);
    }

    [Test]
    public async Task Invalid_bytes_are_replaced_in_the_text_and_kept_in_the_log()
    {
        byte[] bytes = [(byte)'a', 0xff, 0xc3, (byte)'b', 0x00, (byte)'c', (byte)'\n'];
        await Guest.SayAsync(bytes);

        ConsoleMatch found = await Console.WaitForAsync("\n", Generous);

        Assert.That(found.Before, Is.EqualTo("a\ufffd\ufffdb\0c"));
        await Console.DisposeAsync();
        Assert.That(await File.ReadAllBytesAsync(LogFile), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Output_without_a_wait_never_stalls_the_guest_and_is_in_the_log()
    {
        const int Size = 40 * 1024 * 1024;
        byte[] chatter = new byte[Size];
        for (int i = 0; i < Size; i++)
            chatter[i] = (byte)(i % 64 == 63 ? '\n' : 'a' + i / 64 % 26);

        // If the console stopped reading, the guest's own timeout would fail this.
        await Guest.SayAsync(chatter);
        await SettleAsync();
        await Console.DisposeAsync();

        byte[] log = await File.ReadAllBytesAsync(LogFile);
        Assert.That(log, Has.Length.EqualTo(Size + "<mark>".Length));
        Assert.That(log.AsSpan(0, Size).SequenceEqual(chatter));
    }

    [Test]
    public async Task Matches_after_much_output_are_at_the_right_position()
    {
        string filler = new('.', 100_000);
        for (int i = 0; i < 6; i++)
        {
            await Guest.SayAsync($"{filler}step {i};");
            ConsoleMatch found = await Console.WaitForAsync($"step {i}", Generous);
            Assert.That(found.Before, Has.Length.EqualTo(filler.Length + (i == 0 ? 0 : 1)));
        }
    }

    [Test]
    public async Task Disposal_logs_what_has_arrived()
    {
        string text = new('x', 100_000);
        await Guest.SayAsync(text);

        await Console.DisposeAsync();

        Assert.That(await File.ReadAllTextAsync(LogFile), Is.EqualTo(text));
    }

    [Test]
    public async Task A_second_disposal_does_nothing()
    {
        await Console.DisposeAsync();
        await Console.DisposeAsync();

        Assert.That(new FileInfo(LogFile).Length, Is.Zero);
    }

    [Test]
    public async Task Disposal_ends_a_wait()
    {
        Task<ConsoleMatch> waiting = Console.WaitForAsync("login:", Generous);

        await Console.DisposeAsync();

        await Assert.ThatAsync(async () => await waiting, Throws.TypeOf<ConsoleClosedException>());
    }

    [Test]
    public async Task Errors_show_escape_sequences_as_text()
    {
        await Guest.SayAsync("\x1b[2J\x1b[31mred\x1b[0m\tbell\a\r\n");
        await SettleAsync();

        ConsoleTimeoutException late = (await Assert.ThrowsAsync<ConsoleTimeoutException>(
            async () => await Console.WaitForAsync("\x1b[32m", Brief)))!;
        await Guest.SayAsync("\x1b[31mfailed");
        ConsoleFailurePatternException failed = (await Assert.ThrowsAsync<ConsoleFailurePatternException>(
            async () => await Console.WaitForAsync("login:", Generous, failure: "\x1b[31mfailed")))!;

        Assert.That(late.Message, Does.Contain(@"  | \x1b[2J\x1b[31mred\x1b[0m" + "\t" + @"bell\x07" + "\n"));
        Assert.That(late.Message + failed.Message, Does.Not.Contain("\x1b").And.Not.Contain("\a"));
        Assert.That(failed.Found, Is.EqualTo("\x1b[31mfailed"), "the property keeps the original text");
    }

    [Test]
    public async Task A_log_that_cannot_be_written_ends_the_wait_and_fails_the_disposal()
    {
        (Socket forConsole, Socket forGuest) = SocketPair.Create();
        using var guest = new ScriptedGuest(forGuest);
        var console = new SerialConsole(forConsole, "full", "/dev/full", _ => Task.FromResult("The disk is full."));
        await guest.SayAsync("hello");

        await Assert.ThatAsync(async () => await console.WaitForAsync("login:", Generous), Throws.TypeOf<ConsoleClosedException>());
        await Assert.ThatAsync(async () => await console.DisposeAsync(), Throws.InstanceOf<IOException>());
    }
}
