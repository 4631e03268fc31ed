using QemuTest.Archives;
using QemuTest.NUnit;
using static QemuTest.Tests.Archives.TestArchive;

namespace QemuTest.Tests.Archives;

[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
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
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task Every_format_is_decompressed(string format, byte[] content)
    {
        await Archive.DecompressAsync(_folder.Write("file", content), _folder.At("out"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo(Hello), format);
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task Concatenated_streams_are_all_read(string format, byte[] content)
    {
        await Archive.DecompressAsync(_folder.Write("file", [.. content, .. content, .. content]), _folder.At("out"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out")), Is.EqualTo(Hello + Hello + Hello), format);
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task A_file_truncated_anywhere_is_refused_and_leaves_nothing(string format, byte[] content)
    {
        for (int length = 14; length < content.Length; length++)
        {
            string path = _folder.Write("file." + format, content[..length]);
            await Assert.CatchAsync<ArchiveException>(() => Archive.DecompressAsync(path, _folder.At("out")), $"truncated to {length} of {content.Length}");
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
        // The flipped bit is in data that the checksum guards, not in the structure of the file.
        (byte[] content, int at) = format switch
        {
            "gz" => Flip(Gzip(hello), content => content.Length - 8),
            "xz" => Flip(HelloXz, content => content.AsSpan().IndexOf("hello"u8) + 1),
            "xz with SHA-256" => Flip(HelloXzSha256, content => content.AsSpan().IndexOf("hello"u8) + 1),
            "zst" => Flip(Convert.FromBase64String("KLUv/QRYeQAAaGVsbG8sIGFyY2hpdmUKtBgFIw=="), content => content.AsSpan().IndexOf("hello"u8) + 1),
            _ => Flip(Bzip2(hello), _ => 10),
        };
        ArchiveException? error = await Assert.CatchAsync<ArchiveException>(
            () => Archive.DecompressAsync(_folder.Write("file", content), _folder.At("out")), $"bit flipped at {at}");

        Assert.That(error!.Message, Does.Contain(_folder.At("file")));
        Assert.That(System.IO.File.Exists(_folder.At("out")), Is.False);
    }

    [Test]
    public async Task Only_a_complete_file_replaces_an_existing_one()
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
        ArchiveException? error = await Assert.CatchAsync<ArchiveException>(
            () => Archive.DecompressAsync(path, _folder.At("out"), options: new ExtractionOptions { MaxTotalBytes = 1 << 20 }));

        Assert.That(error!.Message, Does.Contain("more than 1048576 bytes"));
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
