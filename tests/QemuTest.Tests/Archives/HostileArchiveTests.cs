using System.Formats.Tar;
using System.Globalization;
using System.Text;
using QemuTest.Archives;
using QemuTest.NUnit;
using static QemuTest.Tests.Archives.TestArchive;

namespace QemuTest.Tests.Archives;

/// <summary>Archives that must be refused by the name of the member, without a change outside or inside the target.</summary>
[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HostileArchiveTests
{
    private const string Outside = "../outside.txt";

    private static readonly ExtractionOptions Small = new() { MaxTotalBytes = 1 << 20, MaxMembers = 100 };

    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static IEnumerable<TestCaseData> Corpus()
    {
        byte[] innocent = Tar(File("innocent"), File("second"));
        string longName = new('n', 5000);

        // Paths out of the target.
        yield return Case("tar dot-dot", Tar(File("innocent"), File("a/../../outside.txt")), "a/../../outside.txt", "leads out");
        yield return Case("tar absolute", Tar(File("innocent"), File("/tmp/qemu-test-absolute")), "/tmp/qemu-test-absolute", "absolute");
        yield return Case("zip dot-dot", Zip(("innocent", "", 0), (Outside, "x", 0)), Outside, "leads out");
        yield return Case("zip absolute", Zip(("innocent", "", 0), ("/tmp/qemu-test-absolute", "x", 0)), "/tmp/qemu-test-absolute", "absolute");
        yield return Case("cpio dot-dot", Cpio("070701", new CpioMember(Outside)), Outside, "leads out");
        yield return Case("cpio absolute", Cpio("070707", new CpioMember("/tmp/qemu-test-absolute")), "/tmp/qemu-test-absolute", "absolute");
        yield return Case("deb dot-dot", Deb("data.tar.gz", Gzip(Tar(File("./" + Outside)))), "./" + Outside, "leads out");

        // Links out of the target, and paths through links.
        yield return Case("tar link to an absolute path", Tar(Link("l", "/etc/passwd")), "l", "absolute");
        yield return Case("tar link out", Tar(File("innocent"), Link("d/l", "../../outside.txt")), "d/l", "leads out");
        yield return Case("zip link out", Zip(("l", Outside, 0xA1FF)), "l", "leads out");
        yield return Case("cpio link out", Cpio("070701", new CpioMember("l", Outside, 0xA1FF)), "l", "leads out");
        yield return Case("tar link out by way of another link",
            Tar(Link("d/e/root", "../.."), Link("m", "d/e/root/../outside.txt")), "m", "leads out");
        yield return Case("tar link in a circle", Tar(Link("a", "b"), Link("b", "a")), "a", "circle");
        yield return Case("tar file behind a link", Tar(Link("d", "."), File("d/a")), "d/a", "through a link");
        yield return Case("tar file behind a link out", Tar(Link("d", ".."), File("d/outside.txt")), "d/outside.txt", "through a link");
        yield return Case("tar link, then a file of that name", Tar(Link("l", Outside), File("l")), "l", "two members");
        yield return Case("tar hard link out", Tar(Link("h", Outside, TarEntryType.HardLink)), Outside, "leads out");
        yield return Case("tar hard link to an absolute path", Tar(Link("h", "/etc/passwd", TarEntryType.HardLink)), "/etc/passwd", "absolute");
        yield return Case("tar hard link to nothing", Tar(Link("h", "nothing", TarEntryType.HardLink)), "h", "not an earlier file of this archive");
        yield return Case("tar hard link to a symbolic link",
            Tar(Link("l", "x"), Link("h", "l", TarEntryType.HardLink)), "h", "not an earlier file of this archive");

        // Members that are not files.
        yield return Case("tar fifo", Tar(Of(TarEntryType.Fifo, "pipe")), "pipe", "device");
        yield return Case("tar character device", Tar(Of(TarEntryType.CharacterDevice, "dev/null")), "dev/null", "device");
        yield return Case("tar block device", Tar(Of(TarEntryType.BlockDevice, "dev/sda")), "dev/sda", "device");
        yield return Case("cpio device", Cpio("070701", new CpioMember("dev/console", "", 0x21B6)), "dev/console", "device");
        yield return Case("cpio socket", Cpio("070701", new CpioMember("socket", "", 0xC1B6)), "socket", "device");
        yield return Case("zip fifo", Zip(("pipe", "", 0x11B6)), "pipe", "device");
        yield return Case("tar sparse", [.. TarHeader("sparse", 'S', "00000000000\0"), .. new byte[1024]], "sparse", "sparse");

        // Names.
        yield return Case("tar twice", Tar(File("a", "1"), File("a", "2")), "a", "two members");
        yield return Case("zip twice", Zip(("a", "1", 0), ("a", "2", 0)), "a", "two members");
        yield return Case("cpio twice", Cpio("070701", new CpioMember("a"), new CpioMember("./a")), "a", "two members");
        yield return Case("tar case", Tar(File("Read"), File("read")), "read", "only in case");
        yield return Case("tar case of a folder", Tar(File("Dir/a"), File("dir/b")), "dir", "only in case");
        yield return Case("zip case", Zip(("Read", "1", 0), ("read", "2", 0)), "read", "only in case");
        yield return Case("tar file, then a folder of that name", Tar(File("a"), File("a/b")), "a/b", "not a directory");
        yield return Case("tar name too long", Tar(File(longName)), longName[..80], "longer than 4096");
        yield return Case("tar part of a name too long", Tar(File(longName[..300])), longName[..80], "longer than 255");
        yield return Case("tar name of 4 GiB", [.. TarHeader("longlink", 'L', "40000000000\0"), .. new byte[2048]], "longlink", "4294967296 bytes");
        yield return Case("tar pax header of 4 GiB", [.. TarHeader("pax", 'x', "40000000000\0"), .. new byte[2048]], "pax", "4294967296 bytes");
        yield return Case("cpio name of 4 GiB", CpioNameOf(0xFFFFFFFF), null, "4294967295 bytes");
        yield return Case("cpio zero byte in a name", Cpio("070701", new CpioMember("a\0b")), "a?b", "zero byte");

        // Size bombs.
        yield return Case("tar declares too much", [.. TarHeader("big", '0', "77777777777\0"), .. new byte[2048]], "big", "more than 1048576 bytes");
        yield return Case("tar.gz bomb", Gzip(Tar(File("bomb", new string('0', 1 << 22)))), "bomb", "more than 1048576 bytes");
        yield return Case("zip bomb", Zip(("bomb", new string('0', 1 << 22), 0)), "bomb", "more than 1048576 bytes");
        yield return Case("many small ones", Tar([.. Enumerable.Range(0, 101).Select(i => File($"f{i}", "x"))]), "f100", "more than 100 members");
        yield return Case("zip that lies about its size", Replaced(Zip(("bomb", new string('0', 1 << 12), 0)), 1 << 12, 10), "bomb", "");

        // Damage.
        yield return Case("tar cut in a member", Tar(File("a", new string('x', 4000)))[..3000], "a", "");
        yield return Case("tar cut between members", innocent[..1024], null, "end mark");
        yield return Case("tar.gz cut", Gzip(innocent)[..^6], null, "truncated");
        yield return Case("tar wrong checksum", Flipped([.. TarHeader("first", '0', "00000000000\0"), .. TarHeader("innocent", '0', "00000000000\0")], "innocent"u8.ToArray()), "innocent", "checksum");
        yield return Case("zip cut", Zip(("a", Hello, 0))[..60], null, "");
        yield return Case("zip wrong checksum", Flipped(Zip(("a", Hello, 0)), "hell"u8.ToArray()), "a", "checksum");
        yield return Case("cpio cut", Cpio("070701", new CpioMember("a", new string('x', 4000)))[..2000], "a", "truncated");
        yield return Case("cpio without a trailer", Cpio("070701", new CpioMember("a"))[..128], "a", "truncated");
        yield return Case("cpio wrong checksum", Flipped(Cpio("070702", new CpioMember("a")), "hell"u8.ToArray()), "a", "checksum");
        yield return Case("cpio garbage behind the trailer", [.. Cpio("070701", new CpioMember("a")), .. "rubbish"u8], null, "not cpio");
        yield return Case("deb cut", Deb("data.tar", innocent)[..^2000], null, "");
        yield return Case("deb without data", Ar(("debian-binary", "2.0\n"u8.ToArray())), null, "no data.tar");
        yield return Case("nothing", [], null, "not an archive");

        static TestCaseData Case(string name, byte[] content, string? member, string reason) =>
            new TestCaseData(content, member, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Corpus))]
    public async Task A_hostile_archive_is_refused_by_member_and_leaves_nothing(byte[] content, string? member, string reason)
    {
        string archive = _folder.Write("hostile", content);
        _folder.Write("outside.txt", "mine"u8.ToArray());
        _folder.Write("out/kept", "kept"u8.ToArray());
        string[] before = _folder.Listing();

        ArchiveException? error = await Assert.CatchAsync<ArchiveException>(() => Archive.ExtractAsync(archive, _folder.At("out"), options: Small));

        Assert.That(error!.Message, Does.Contain(reason).And.Contain(archive));
        if (member is not null)
            Assert.That(error.Member, Does.StartWith(member));
        Assert.That(_folder.Listing(), Is.EqualTo(before));
        Assert.That(System.IO.File.Exists("/tmp/qemu-test-absolute"), Is.False);
    }

    [Test]
    public async Task Names_that_differ_only_in_case_are_accepted_on_request()
    {
        string archive = _folder.Write("x.tar", Tar(File("xt_DSCP.ko", "target"), File("xt_dscp.ko", "match")));
        await Archive.ExtractAsync(archive, _folder.At("out"), options: new ExtractionOptions { AllowCaseCollisions = true });

        Assert.That(_folder.Listing(), Does.Contain("out/xt_DSCP.ko target").And.Contain("out/xt_dscp.ko match"));
    }

    /// <summary>Flips a bit of the byte after a text.</summary>
    private static byte[] Flipped(byte[] content, byte[] found)
    {
        byte[] copy = [.. content];
        copy[copy.AsSpan().IndexOf(found) + found.Length] ^= 1;
        return copy;
    }

    /// <summary>Replaces every little-endian 32-bit occurrence of a number.</summary>
    private static byte[] Replaced(byte[] content, int from, int to)
    {
        byte[] copy = [.. content];
        byte[] pattern = BitConverter.GetBytes(from);
        for (int at; (at = copy.AsSpan().IndexOf(pattern)) >= 0;)
            BitConverter.GetBytes(to).CopyTo(copy, at);
        return copy;
    }

    private static byte[] CpioNameOf(uint bytes)
    {
        byte[] cpio = Cpio("070701", new CpioMember("a"));
        Encoding.ASCII.GetBytes(bytes.ToString("X8", CultureInfo.InvariantCulture)).CopyTo(cpio, 6 + (11 * 8));
        return cpio;
    }
}
