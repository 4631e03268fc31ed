using QemuTest.Archives;
using static QemuTest.Tests.Archives.TestArchive;
using QemuTest.NUnit;

namespace QemuTest.Tests.Archives;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Quick]
public sealed class DecompressionTests
{
    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static IEnumerable<TestCaseData> EveryFormat()
    {
        byte[] hello = System.Text.Encoding.UTF8.GetBytes(Hello);
        yield return new TestCaseData("gz", Gzip(hello)).SetArgDisplayNames("gz");
        yield return new TestCaseData("xz", HelloXz).SetArgDisplayNames("xz");
        yield return new TestCaseData("zst", Zstandard(hello)).SetArgDisplayNames("zst");
        yield return new TestCaseData("bz2", Bzip2(hello)).SetArgDisplayNames("bz2");
        yield return new TestCaseData("lzma", Lzma(hello)).SetArgDisplayNames("lzma");
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task Every_format_is_decompressed(string format, byte[] content)
    {
        await Archive.DecompressAsync(_folder.Write("file", content), _folder.At("out"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo(Hello), format);
    }

    // LZMA alone has no concatenation.
    private static IEnumerable<TestCaseData> EveryFormatButLzma() => EveryFormat().SkipLast(1);

    [TestCaseSource(nameof(EveryFormatButLzma))]
    public async Task Streams_one_after_another_are_all_read(string format, byte[] content)
    {
        await Archive.DecompressAsync(_folder.Write("file", [.. content, .. content, .. content]), _folder.At("out"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo(Hello + Hello + Hello), format);
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task A_file_cut_anywhere_is_refused_and_leaves_nothing(string format, byte[] content)
    {
        // LZMA alone has neither checksum nor length here: cut inside its end mark, all the data is there.
        int last = format == "lzma" ? content.Length - 12 : content.Length - 1;
        for (int length = 14; length <= last; length++)
        {
            string path = _folder.Write("file." + format, content[..length]);
            await Assert.CatchAsync<ArchiveException>(() => Archive.DecompressAsync(path, _folder.At("out")), $"cut to {length} of {content.Length}");
            Assert.That(Directory.GetFileSystemEntries(_folder.Path), Has.Length.EqualTo(1));
        }
    }

    [TestCase("gz")]
    [TestCase("xz")]
    [TestCase("xz with SHA-256")]
    [TestCase("zst")]
    [TestCase("bz2")]
    public async Task A_wrong_checksum_is_refused(string format)
    {
        byte[] hello = System.Text.Encoding.UTF8.GetBytes(Hello);
        // Each format keeps these bytes as they are or guards them: the flipped bit leaves the structure whole.
        (byte[] content, int at) = format switch
        {
            "gz" => Flip(Gzip(hello), content => content.Length - 8),
            "xz" => Flip(HelloXz, content => content.AsSpan().IndexOf("hello"u8) + 1),
            "xz with SHA-256" => Flip(HelloXzSha256, content => content.AsSpan().IndexOf("hello"u8) + 1),
            "zst" => Flip(Convert.FromBase64String("KLUv/QRYeQAAaGVsbG8sIGFyY2hpdmUKtBgFIw=="), content => content.AsSpan().IndexOf("hello"u8) + 1),
            _ => Flip(Bzip2(hello), _ => 10),
        };
        ArchiveException? e = await Assert.CatchAsync<ArchiveException>(
            () => Archive.DecompressAsync(_folder.Write("file", content), _folder.At("out")), $"bit flipped at {at}");

        Assert.That(e!.Message, Does.Contain(_folder.At("file")));
        Assert.That(System.IO.File.Exists(_folder.At("out")), Is.False);
    }

    [Test]
    public async Task What_is_there_is_replaced_only_by_a_whole_file()
    {
        _folder.Write("out", "old"u8.ToArray());
        await Assert.CatchAsync<ArchiveException>(() => Archive.DecompressAsync(_folder.Write("cut", HelloXz[..40]), _folder.At("out")));
        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo("old"));

        await Archive.DecompressAsync(_folder.Write("whole", HelloXz), _folder.At("out"));
        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo(Hello));
    }

    [Test]
    public async Task A_bomb_is_stopped_at_the_limit()
    {
        string path = _folder.Write("bomb.gz", Gzip(new byte[1 << 24]));
        ArchiveException? e = await Assert.CatchAsync<ArchiveException>(
            () => Archive.DecompressAsync(path, _folder.At("out"), rules: new ExtractionOptions { MaxTotalBytes = 1 << 20 }));

        Assert.That(e!.Message, Does.Contain("more than 1048576 bytes"));
        Assert.That(System.IO.File.Exists(_folder.At("out")), Is.False);
    }

    private static (byte[] Content, int At) Flip(byte[] content, Func<byte[], int> where)
    {
        byte[] copy = [.. content];
        int at = where(copy);
        copy[at] ^= 1;
        return (copy, at);
    }
}
