using System.Formats.Tar;
using System.IO.Compression;
using QemuTest.Archives;
using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>A test decompresses and extracts files into its scratch folder.</summary>
[Quick]
public sealed class ScratchArchiveTests : QemuBaseTest
{
    [Test]
    public async Task A_file_is_decompressed_into_scratch_without_its_extension()
    {
        string path = LogFile("disk.img.gz");
        await using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await file.WriteAsync("content"u8.ToArray(), Token);
        await File.WriteAllTextAsync(ScratchFile("disk.img"), "of an earlier attempt", Token);

        string output = await DecompressAsync(path);

        Assert.That(output, Is.EqualTo(ScratchFile("disk.img")));
        Assert.That(await File.ReadAllTextAsync(output, Token), Is.EqualTo("content"));
    }

    [Test]
    public void A_file_that_is_not_compressed_is_an_error()
    {
        string path = LogFile("plain.gz");
        File.WriteAllText(path, "not compressed");

        Assert.That(() => DecompressAsync(path), Throws.InstanceOf<ArchiveException>());
    }

    [Test]
    public async Task A_member_is_extracted_into_a_subfolder_of_scratch()
    {
        string output = await ExtractAsync(await WriteTarAsync(), "boot/kernel", "sub");

        Assert.That(output, Is.EqualTo(ScratchFile("sub", "boot", "kernel")));
        Assert.That(await File.ReadAllTextAsync(output, Token), Is.EqualTo("kernel"));
        Assert.That(ScratchFile("sub", "boot", "initrd"), Does.Not.Exist);
    }

    [Test]
    public async Task A_whole_archive_is_extracted_into_scratch()
    {
        string output = await ExtractAsync(await WriteTarAsync(), null, null);

        Assert.That(Path.GetFullPath(output), Is.EqualTo(Path.GetFullPath(ScratchDirectory)));
        Assert.That(File.ReadAllText(ScratchFile("boot", "initrd")), Is.EqualTo("initrd"));
    }

    private async Task<string> WriteTarAsync()
    {
        string path = LogFile("files.tar");
        await using var tar = new TarWriter(File.Create(path));
        foreach (string name in new[] { "kernel", "initrd" })
        {
            var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(name));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"boot/{name}") { DataStream = content }, Token);
        }

        return path;
    }
}
