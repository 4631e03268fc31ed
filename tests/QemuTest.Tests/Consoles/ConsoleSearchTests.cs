using System.Text;
using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

/// <summary>The cost of a wait while text arrives, and the matches that it must find.</summary>
[Quick]
public sealed class ConsoleSearchTests
{
    private const int Megabyte = 1024 * 1024;

    private readonly ConsoleBuffer _buffer = new();

    [TestCase(4096)]
    [TestCase(512)]
    public void A_wait_through_20_MB_searches_each_character_a_fixed_number_of_times(int piece)
    {
        ConsoleSearch search = Search(new Regex(@"login:\s+$"), new Regex("panic.*not syncing"));
        byte[] chatter = Chatter(piece);
        for (int said = 0; said < 20 * Megabyte; said += piece)
        {
            _buffer.Append(chatter);
            Assert.That(search.Look(whole: false), Is.Null);
        }

        // Two patterns: each searches the new text with its overlap, and all of the text whenever it has grown by a quarter.
        long perCharacter = 2 * ((piece + 8192) / piece + 1) + 2 * 10;
        Assert.That(search.Examined, Is.LessThan(20L * Megabyte * perCharacter));
        _buffer.Append("login: "u8);
        Assert.That(search.Look(whole: false)?.Value, Is.EqualTo("login: "));
    }

    [Test]
    public void A_missing_echo_does_not_increase_the_cost()
    {
        ConsoleSearch search = Search("done", null);
        search.Echo = new TypedEcho("dmesg; echo done");
        byte[] chatter = Chatter(4096);
        for (int said = 0; said < 20 * Megabyte; said += chatter.Length)
        {
            _buffer.Append(chatter);
            Assert.That(search.Look(whole: false), Is.Null);
        }

        Assert.That(search.Examined, Is.LessThan(20L * Megabyte * 20));
    }

    [Test]
    public void The_first_match_is_found_with_all_of_the_text_before_it()
    {
        ConsoleSearch search = Search(new Regex(@"a(?<middle>.+)b", RegexOptions.Singleline), null);
        _buffer.Append(Encoding.ASCII.GetBytes(new string('.', 100_000) + "a"));
        Assert.That(search.Look(whole: false), Is.Null);
        for (int i = 0; i < 20; i++)
        {
            _buffer.Append("0123456789"u8);
            Assert.That(search.Look(whole: false), Is.Null);
        }

        _buffer.Append("a5b"u8);
        ConsoleMatch? found = search.Look(whole: false);

        Assert.That(found?.Before, Has.Length.EqualTo(100_000));
        Assert.That(found?.Match?.Groups["middle"].Value, Has.Length.EqualTo(202));
    }

    [Test]
    public void A_match_longer_than_the_overlap_is_found_in_a_search_of_all_of_the_text()
    {
        ConsoleSearch search = Search(new Regex(@"BEGIN(\.|\n)+END"), null);
        _buffer.Append(Encoding.ASCII.GetBytes(new string(' ', 200_000) + "BEGIN"));
        Assert.That(search.Look(whole: false), Is.Null);
        for (int i = 0; i < 100; i++)
        {
            _buffer.Append(Encoding.ASCII.GetBytes(new string('.', 199) + "\n"));
            Assert.That(search.Look(whole: false), Is.Null);
        }

        _buffer.Append("END"u8);

        Assert.That(search.Look(whole: false), Is.Null, "the test needs a match that a look at the new text misses");
        Assert.That(search.IsExhausted, Is.False);
        Assert.That(search.Look(whole: true)?.Value, Has.Length.EqualTo(20_008));
    }

    [Test]
    public void A_match_is_found_only_when_it_cannot_be_the_start_of_the_echo()
    {
        ConsoleSearch search = Search("host", null);
        search.Echo = new TypedEcho("hostname");

        _buffer.Append("host"u8);
        Assert.That(search.Look(whole: true), Is.Null);

        _buffer.Append("-17"u8);
        Assert.That(search.Look(whole: true)?.Value, Is.EqualTo("host"));
    }

    [TestCase("ec", "ho one; ec", "ho tw", "o\r\n")]
    [TestCase("# echo one", "; echo two", "\r\n")]
    [TestCase("echo one; e\r\n", "cho two", "\r\n")]
    [TestCase("echo one; \r", "echo two", "\r\n")]
    [TestCase("echo o\x1b[K", "ne; ech\x1b[6", "n \r", "o two\r\n")]
    public void No_piece_of_an_echo_matches(params string[] echo)
    {
        ConsoleSearch search = Search(new Regex("echo|one|two"), "cho");
        search.Echo = new TypedEcho("echo one; echo two");

        foreach (string piece in echo)
        {
            _buffer.Append(Encoding.ASCII.GetBytes(piece));
            Assert.That(search.Look(whole: true), Is.Null, piece);
        }

        _buffer.Append("one"u8);
        Assert.That(search.Look(whole: true)?.Before, Is.EqualTo("\r\n"));
    }

    private static byte[] Chatter(int size) =>
        [.. Enumerable.Range(0, size).Select(i => (byte)(i % 64 == 63 ? '\n' : 'a' + i / 64 % 26))];

    private ConsoleSearch Search(ConsolePattern success, ConsolePattern? failure) => new("ttyS0", _buffer, success, failure);
}
