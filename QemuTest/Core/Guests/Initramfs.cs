using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace QemuTest.Guests;

/// <summary>
/// An initial file system for a Linux guest: a gzip-compressed cpio archive in the newc format. Needs no root privileges, not even for
/// device nodes, because nothing is created on the host. All files belong to root. The same content gives the same bytes. Not
/// thread-safe.
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

    /// <summary>Adds a folder. Its parents are added if they are missing.</summary>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddFolder(string name) => Add(name, DirectoryMode, []);

    /// <summary>Adds an executable file.</summary>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddProgram(string name, ReadOnlySpan<byte> content) => Add(name, ProgramMode, content);

    /// <summary>Adds an executable script as UTF-8. Line ends are converted to <c>\n</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddProgram(string name, string content) =>
        AddProgram(name, Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\n")));

    /// <summary>Adds a file.</summary>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddFile(string name, ReadOnlySpan<byte> content) => Add(name, FileMode, content);

    /// <summary>Adds a symbolic link.</summary>
    /// <param name="name">The name of the link.</param>
    /// <param name="target">The path that the link points to.</param>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddLink(string name, string target) => Add(name, LinkMode, Encoding.UTF8.GetBytes(target));

    /// <summary>Adds a character device, for example <c>dev/console</c> with 5 and 1, which the kernel opens for the first
    /// program.</summary>
    /// <exception cref="ArgumentException">The name is empty or already used.</exception>
    public Initramfs AddCharacterDevice(string name, int major, int minor) => Add(name, CharacterDeviceMode, [], major, minor);

    /// <summary>Writes the archive to a file, and replaces that file if it exists.</summary>
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
        // The kernel does not create missing folders.
        if (name.LastIndexOf('/') is > 0 and var slash && !_names.Contains(name[..slash]))
            AddFolder(name[..slash]);
        if (!_names.Add(name))
            throw new ArgumentException($"'{name}' is already in the initramfs. Use each name once.", nameof(name));
        WriteEntry(_content, name, mode, content, _names.Count, major, minor);
        return this;
    }

    private static void WriteEntry(List<byte> to, string name, int mode, ReadOnlySpan<byte> content, int inode, int major, int minor)
    {
        byte[] nameBytes = [.. Encoding.UTF8.GetBytes(name), 0];
        var header = new StringBuilder("070701");
        // Inode, mode, owner, group, links, time, size, device of the file system (2), device (2), length of the name, checksum.
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
