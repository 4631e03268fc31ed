using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace QemuTest.Guests;

/// <summary>
/// An initial file system for a Linux guest, written as the kernel wants it: a cpio archive of the newc kind, gzip-compressed. Needs no
/// root, for device nodes neither, because nothing is made on the host. Everything belongs to root, and the same content gives the same
/// bytes. Not thread-safe.
/// </summary>
public sealed class Initramfs
{
    private const int DirectoryMode = 0x41ED; // drwxr-xr-x
    private const int ProgramMode = 0x81ED; // -rwxr-xr-x
    private const int FileMode = 0x81A4; // -rw-r--r--
    private const int LinkMode = 0xA1FF; // lrwxrwxrwx
    private const int CharacterDeviceMode = 0x21B6; // crw-rw-rw-

    private readonly List<byte> _content = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Adds a folder; those above it come of themselves.</summary>
    public Initramfs AddFolder(string name) => Add(name, DirectoryMode, []);

    /// <summary>Adds a file that can be run.</summary>
    public Initramfs AddProgram(string name, ReadOnlySpan<byte> content) => Add(name, ProgramMode, content);

    /// <summary>Adds a shell script or the like; lines end with a newline alone.</summary>
    public Initramfs AddProgram(string name, string content) =>
        AddProgram(name, Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\n")));

    /// <summary>Adds a file.</summary>
    public Initramfs AddFile(string name, ReadOnlySpan<byte> content) => Add(name, FileMode, content);

    /// <summary>Adds a symbolic link.</summary>
    /// <param name="name">The link.</param>
    /// <param name="target">What it leads to.</param>
    public Initramfs AddLink(string name, string target) => Add(name, LinkMode, Encoding.UTF8.GetBytes(target));

    /// <summary>Adds a character device, for example <c>dev/console</c> with 5 and 1, which the kernel gives to the first
    /// program.</summary>
    public Initramfs AddCharacterDevice(string name, int major, int minor) => Add(name, CharacterDeviceMode, [], major, minor);

    /// <summary>Writes the archive.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken = default)
    {
        List<byte> all = [.. _content];
        WriteEntry(all, "TRAILER!!!", 0, [], 0, 0, 0);
        await using FileStream file = File.Create(path);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await gzip.WriteAsync(all.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private Initramfs Add(string name, int mode, ReadOnlySpan<byte> content, int major = 0, int minor = 0)
    {
        name = name.Trim('/');
        ArgumentException.ThrowIfNullOrEmpty(name);
        // The kernel makes no folders by itself.
        if (name.LastIndexOf('/') is > 0 and var slash && !_names.Contains(name[..slash]))
            AddFolder(name[..slash]);
        if (!_names.Add(name))
            throw new ArgumentException($"'{name}' is in the initramfs already.", nameof(name));
        WriteEntry(_content, name, mode, content, _names.Count, major, minor);
        return this;
    }

    private static void WriteEntry(List<byte> to, string name, int mode, ReadOnlySpan<byte> content, int inode, int major, int minor)
    {
        byte[] nameBytes = [.. Encoding.UTF8.GetBytes(name), 0];
        var header = new StringBuilder("070701");
        // inode, mode, owner, group, links, time, size, device of the file system, device, length of the name, check sum
        foreach (int field in new[] { inode, mode, 0, 0, 1, 0, content.Length, 0, 0, major, minor, nameBytes.Length, 0 })
            header.Append(field.ToString("x8", CultureInfo.InvariantCulture));
        to.AddRange(Encoding.ASCII.GetBytes(header.ToString()));
        to.AddRange(nameBytes);
        Pad(to);
        to.AddRange(content);
        Pad(to);
    }

    private static void Pad(List<byte> bytes)
    {
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
    }
}
