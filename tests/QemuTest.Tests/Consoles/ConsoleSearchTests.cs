using System.Text;
using System.Text.RegularExpressions;
using QemuTest.Consoles;
using QemuTest.NUnit;

namespace QemuTest.Tests.Consoles;

/// <summary>What a wait costs while the guest talks, and that nothing escapes it.</summary>
[Quick]
public sealed class ConsoleSearchTests
{
    private const int Megabyte = 1024 * 1024;

    private readonly ConsoleBuffer _buffer = new();

    [TestCase(4096)]
    [TestCase(512)]
    public void A_wait_through_20_MB_costs_a_fixed_number_of_looks_at_each_character(int piece)
    {
        ConsoleSearch search = Search(new Regex(@"login:\s+$"), new Regex("panic.*not syncing"));
        byte[] chatter = Chatter(piece);
        for (int said = 0; said < 20 * Megabyte; said += piece)
        {
            _buffer.Append(chatter);
            Assert.That(search.Look(whole: false), Is.Null);
        }

        // Two patterns, each at the new text with its overlap; and through everything whenever it has grown by a quarter.
        long perCharacter = 2 * ((piece + 8192) / piece + 1) + 2 * 10;
        Assert.That(search.Examined, Is.LessThan(20L * Megabyte * perCharacter));
        _buffer.Append("login: "u8);
        Assert.That(search.Look(whole: false)?.Value, Is.EqualTo("login: "));
    }

    [Test]
    public void An_echo_that_never_comes_costs_no_more()
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
    public void The_first_of_two_matches_is_found_and_the_text_before_it_is_whole()
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
    public void A_match_that_is_longer_than_the_overlap_is_found_where_everything_is_searched()
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

        Assert.That(search.Look(whole: false), Is.Null, "this test needs a match that a look at the new text misses");
        Assert.That(search.IsExhausted, Is.False);
        Assert.That(search.Look(whole: true)?.Value, Has.Length.EqualTo(20_008));
    }

    private static byte[] Chatter(int size) =>
        [.. Enumerable.Range(0, size).Select(i => (byte)(i % 64 == 63 ? '\n' : 'a' + i / 64 % 26))];

    private ConsoleSearch Search(ConsolePattern success, ConsolePattern? failure) => new("ttyS0", _buffer, success, failure);
}
