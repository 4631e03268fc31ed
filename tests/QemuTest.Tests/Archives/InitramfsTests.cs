using System.Text;
using QemuTest.Archives;
using QemuTest.Guests;
using QemuTest.NUnit;

namespace QemuTest.Tests.Archives;

/// <summary>The content of the archive. The tests that boot a kernel show that a kernel accepts it, with its device nodes.</summary>
[Quick]
public sealed class InitramfsTests
{
    private readonly string _folder = Installed.NewFolder();

    [Test]
    public async Task Extracted_files_equal_the_added_ones()
    {
        string path = Path.Combine(_folder, "initrd.gz");
        await new Initramfs()
            .AddProgram("init", "#!/bin/sh\r\necho hello\n")
            .AddFile("/etc/deep/er/text", "content"u8)
            .AddLink("bin/sh", "../init")
            .WriteAsync(path, Installed.Token);
        string cpio = Path.Combine(_folder, "initrd.cpio");
        await Archive.DecompressAsync(path, cpio, cancellationToken: Installed.Token);
        string output = Path.Combine(_folder, "out");
        await Archive.ExtractAsync(cpio, output, cancellationToken: Installed.Token);

        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(Path.Combine(output, "init")), Is.EqualTo("#!/bin/sh\necho hello\n"));
            Assert.That(File.GetUnixFileMode(Path.Combine(output, "init")) & UnixFileMode.UserExecute, Is.Not.EqualTo(UnixFileMode.None));
            Assert.That(File.ReadAllText(Path.Combine(output, "etc", "deep", "er", "text")), Is.EqualTo("content"));
            Assert.That(File.GetUnixFileMode(Path.Combine(output, "etc", "deep", "er", "text")) & UnixFileMode.UserExecute, Is.EqualTo(UnixFileMode.None));
            Assert.That(new FileInfo(Path.Combine(output, "bin", "sh")).LinkTarget, Is.EqualTo("../init"));
        });
    }

    [Test]
    public async Task The_same_content_gives_the_same_bytes()
    {
        string[] paths = [Path.Combine(_folder, "one"), Path.Combine(_folder, "two")];
        foreach (string path in paths)
            await new Initramfs().AddCharacterDevice("dev/console", 5, 1).AddFile("a", Encoding.ASCII.GetBytes("b")).WriteAsync(path, Installed.Token);

        Assert.That(await File.ReadAllBytesAsync(paths[0]), Is.EqualTo(await File.ReadAllBytesAsync(paths[1])));
    }

    [Test]
    public void A_name_used_twice_is_refused() =>
        Assert.That(() => new Initramfs().AddFile("a/b", []).AddLink("/a/b", "c"), Throws.ArgumentException.With.Message.Contains("'a/b'"));
}
