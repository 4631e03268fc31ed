using System.Formats.Tar;
using System.Text;
using QemuTest.Archives;
using QemuTest.NUnit;
using static QemuTest.Tests.Archives.TestArchive;

namespace QemuTest.Tests.Archives;

[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ExtractionTests
{
    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static IEnumerable<TestCaseData> EveryFormat()
    {
        byte[] tar = Tar(File("dir/a"), File("b", "second"));
        yield return Case("x.tar", tar);
        yield return Case("x.tar.gz", Gzip(tar));
        yield return Case("x.tar.zst", Zstandard(tar));
        yield return Case("x.tar.bz2", Bzip2(tar));
        yield return Case("x.zip", Zip(("dir/a", Hello, 0x81A4), ("b", "second", 0x81A4)));
        yield return Case("gz.deb", Deb("data.tar.gz", Gzip(Tar(File("./dir/a"), File("./b", "second")))));
        yield return Case("zst.deb", Deb("data.tar.zst", Zstandard(tar)));
        yield return Case("plain.udeb", Deb("data.tar", tar));
        yield return Case("newc.cpio", Cpio("070701", new CpioMember("dir/a"), new CpioMember("b", "second")));
        yield return Case("crc.cpio", Cpio("070702", new CpioMember("dir/a"), new CpioMember("b", "second")));
        yield return Case("odc.cpio.gz", Gzip(Cpio("070707", new CpioMember("dir/a"), new CpioMember("b", "second"))));

        static TestCaseData Case(string name, byte[] content) => new TestCaseData(name, content).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task Every_format_is_extracted_completely(string name, byte[] content)
    {
        string target = _folder.At("out");
        await Archive.ExtractAsync(_folder.Write(name, content), target);

        Assert.That(await System.IO.File.ReadAllTextAsync(Path.Combine(target, "dir/a")), Is.EqualTo(Hello));
        Assert.That(await System.IO.File.ReadAllTextAsync(Path.Combine(target, "b")), Is.EqualTo("second"));
        Assert.That(Directory.EnumerateFileSystemEntries(target).Count(), Is.EqualTo(2), "nothing else is in the target");
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task One_member_of_every_format_is_extracted_alone(string name, byte[] content)
    {
        await Archive.ExtractMemberAsync(_folder.Write(name, content), "./dir/a", _folder.At("out/file"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out/file")), Is.EqualTo(Hello));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.At("out")).Count(), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(EveryFormat))]
    public async Task The_content_decides_against_a_misleading_name(string name, byte[] content)
    {
        await Archive.ExtractMemberAsync(_folder.Write("a-hash-without-extension", content), "b", _folder.At("b"), name: "misleading.zip");

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("b")), Is.EqualTo("second"), name);
    }

    [Test]
    public async Task A_tar_xz_made_by_other_tools_is_extracted()
    {
        await Archive.ExtractAsync(_folder.Write("x", HelloTarXz), _folder.At("out"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out/dir/a")), Is.EqualTo(Hello));
    }

    [Test]
    public async Task Tar_keeps_modes_hard_links_and_inner_symbolic_links()
    {
        byte[] tar = Tar(
            File("bin/busybox", mode: (UnixFileMode)0x9ED), Link("bin/sh", "busybox"), Link("bin/ls", "bin/busybox", TarEntryType.HardLink));
        await Archive.ExtractAsync(_folder.Write("x.tar", tar), _folder.At("out"));

        Assert.That(System.IO.File.GetUnixFileMode(_folder.At("out/bin/busybox")), Is.EqualTo((UnixFileMode)0x1ED), "set-id bits are dropped");
        Assert.That(new FileInfo(_folder.At("out/bin/sh")).LinkTarget, Is.EqualTo("busybox"));
        await System.IO.File.AppendAllTextAsync(_folder.At("out/bin/ls"), "more");
        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("out/bin/busybox")), Is.EqualTo(Hello + "more"));
    }

    [Test]
    public async Task A_cpio_file_with_several_names_gets_its_content_from_the_last()
    {
        byte[] cpio = Cpio("070701",
            new CpioMember("one", "", Inode: 7, Links: 3), new CpioMember("other"), new CpioMember("two", "", Inode: 7, Links: 3),
            new CpioMember("three", "shared", Inode: 7, Links: 3), new CpioMember("link", "other", 0xA1FF));
        await Archive.ExtractAsync(_folder.Write("x.cpio", cpio), _folder.At("out"));

        Assert.That(_folder.Listing().Where(line => line.StartsWith("out/", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "out/link other", "out/one shared", "out/other " + Hello, "out/three shared", "out/two shared" }));
    }

    [Test]
    public async Task Concatenated_cpio_archives_are_one_as_in_an_initramfs()
    {
        byte[] both =
        [
            .. Gzip([.. Cpio("070701", new CpioMember("a", "first")), .. new byte[512]]),
            .. Gzip(Cpio("070701", new CpioMember("b", "second"))),
        ];
        await Archive.ExtractAsync(_folder.Write("initrd", both), _folder.At("out"));

        Assert.That(_folder.Listing().Where(line => line.StartsWith("out/", StringComparison.Ordinal)), Is.EqualTo(new[] { "out/a first", "out/b second" }));
    }

    [Test]
    public async Task A_link_gives_the_content_of_its_target()
    {
        byte[] tar = Tar(Link("boot/vmlinuz", "images/../vmlinuz-6.1"), File("boot/vmlinuz-6.1", "kernel"), Link("k", "/boot/vmlinuz"));
        string archive = _folder.Write("x.tar", tar);
        await Archive.ExtractMemberAsync(archive, "k", _folder.At("kernel"));

        Assert.That(await System.IO.File.ReadAllTextAsync(_folder.At("kernel")), Is.EqualTo("kernel"));
    }

    [Test]
    public void A_missing_member_is_named()
    {
        string archive = _folder.Write("x.tar", Tar(File("a")));
        ArchiveException? error = Assert.CatchAsync<ArchiveException>(() => Archive.ExtractMemberAsync(archive, "boot/linux", _folder.At("out"))).Result;

        Assert.That(error!.Message, Does.Contain("boot/linux").And.Contain("no such member").And.Contain(archive));
        Assert.That(System.IO.File.Exists(_folder.At("out")), Is.False);
    }

    [Test]
    public async Task A_second_extraction_replaces_the_files()
    {
        string archive = _folder.Write("x.tar", Tar(File("dir/a", "new")));
        _folder.Write("out/dir/a", "old"u8.ToArray());
        _folder.Write("out/dir/mine", "kept"u8.ToArray());
        await Archive.ExtractAsync(archive, _folder.At("out"));

        Assert.That(_folder.Listing(), Does.Contain("out/dir/a new").And.Contain("out/dir/mine kept"));
    }

    [Test]
    public void Nothing_is_written_through_an_existing_link()
    {
        Directory.CreateDirectory(_folder.At("outside"));
        Directory.CreateDirectory(_folder.At("out"));
        System.IO.File.CreateSymbolicLink(_folder.At("out/dir"), _folder.At("outside"));
        string archive = _folder.Write("x.tar", Tar(File("dir/a")));
        string[] before = _folder.Listing();

        Assert.That(() => Archive.ExtractAsync(archive, _folder.At("out")), Throws.TypeOf<ArchiveException>().With.Property("Member").EqualTo("dir"));
        Assert.That(_folder.Listing(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_cancelled_extraction_leaves_nothing()
    {
        string archive = _folder.Write("x.tar.gz", Gzip(Tar(File("a", new string('x', 1 << 24)))));
        using var cancelled = new CancellationTokenSource();
        Task extraction = Archive.ExtractAsync(archive, _folder.At("out"), cancellationToken: cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => extraction);
        Assert.That(Directory.Exists(_folder.At("out")), Is.False);
    }

    [Test]
    public async Task A_file_of_unknown_content_and_name_is_refused()
    {
        string path = _folder.Write("notes.txt", Encoding.UTF8.GetBytes(Hello));
        ArchiveException? error = await Assert.CatchAsync<ArchiveException>(() => Archive.ExtractAsync(path, _folder.At("out")));

        Assert.That(error!.Message, Does.Contain("not an archive of a known format"));
    }
}
