using System.Security.Cryptography;
using QemuTest.Archives;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Decompresses and extracts assets in each way of the base class. The test that runs it writes them into a folder.</summary>
public sealed class AssetSample : QemuBaseTest
{
    public const string FolderVariable = "ASSET_SAMPLE_FOLDER";

    private static readonly Asset Text = InFolder("text.gz");
    private static readonly Asset Tree = InFolder("tree.tar.gz");

    [Test]
    public async Task Decompresses_an_asset_under_its_hash()
    {
        string path = await DecompressAsync(Text);

        Assert.That(path, Is.EqualTo(ScratchFile(Text.Hash)));
        Assert.That(await File.ReadAllTextAsync(path, Token), Is.EqualTo("hello, archive\n"));
    }

    [Test]
    public async Task Decompresses_a_file_under_its_name_without_the_extension()
    {
        string compressed = ScratchFile("notes.txt.gz");
        File.Copy(await Text.FetchAsync(Token), compressed);

        string path = await DecompressAsync(compressed);

        Assert.That(path, Is.EqualTo(ScratchFile("notes.txt")));
        Assert.That(await File.ReadAllTextAsync(path, Token), Is.EqualTo("hello, archive\n"));
    }

    [Test]
    public async Task Refuses_to_decompress_with_another_format() =>
        await Assert.CatchAsync<ArchiveException>(() => DecompressAsync(Text, CompressionFormat.Xz));

    [Test]
    public async Task Extracts_a_whole_asset_into_scratch()
    {
        string folder = await ExtractAsync(Tree);

        Assert.That(folder, Is.EqualTo(ScratchFile("")));
        Assert.That(await File.ReadAllTextAsync(ScratchFile("dir", "a"), Token), Is.EqualTo("hello, archive\n"));
        Assert.That(await File.ReadAllTextAsync(ScratchFile("b"), Token), Is.EqualTo("second"));
    }

    [Test]
    public async Task Extracts_one_member_of_an_asset_into_a_subfolder()
    {
        string path = await ExtractAsync(Tree, "dir/a", "boot");

        Assert.That(path, Is.EqualTo(ScratchFile("boot", "dir/a")));
        Assert.That(await File.ReadAllTextAsync(path, Token), Is.EqualTo("hello, archive\n"));
        Assert.That(File.Exists(ScratchFile("boot", "b")), Is.False);
    }

    [Test]
    public async Task Extracts_an_asset_within_the_given_limits() =>
        await Assert.CatchAsync<ArchiveException>(() => ExtractAsync(Tree, format: ArchiveFormat.Tar, options: new ExtractionOptions { MaxMembers = 1 }));

    [Test]
    public async Task Extracts_a_file_into_a_subfolder()
    {
        string folder = await ExtractAsync(await Tree.FetchAsync(Token), null, "all");

        Assert.That(folder, Is.EqualTo(ScratchFile("all")));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "b"), Token), Is.EqualTo("second"));
    }

    private static Asset InFolder(string name)
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException($"{FolderVariable} is not set.");
        string path = Path.Combine(folder, name);
        return new Asset("file://" + path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }
}
