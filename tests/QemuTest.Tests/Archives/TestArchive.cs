using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using SharpCompress.Compressors.BZip2;

namespace QemuTest.Tests.Archives;

/// <summary>Writes archives in memory, also ones that no tool writes.</summary>
internal static class TestArchive
{
    /// <summary>"hello, archive\n" as xz with a CRC32 check, made by xz 5.4.</summary>
    public static readonly byte[] HelloXz = Convert.FromBase64String("/Td6WFoAAAFpIt42AgAhARwAAAAQz1jMAQAOaGVsbG8sIGFyY2hpdmUKAAAg0C5RAAEjD9vfkA6QQpkNAQAAAAABWVo=");

    /// <summary>The same with a SHA-256 check.</summary>
    public static readonly byte[] HelloXzSha256 = Convert.FromBase64String("/Td6WFoAAArh+wyhAgAhARwAAAAQz1jMAQAOaGVsbG8sIGFyY2hpdmUKAABJNy2MIQHAqAvIJDF+Y8rHz1/WFExpQ/3SOJPx59bncAABPw+GgufoGJtLmgEAAAAAClla");

    /// <summary>A ustar with <c>dir/a</c> ("hello, archive\n"), as xz.</summary>
    public static readonly byte[] HelloTarXz = Convert.FromBase64String("/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AHFdADIaSqclS/NCXWq6cG4VJvWaiqKhhttA6uqSiQGL2MrlaIJtRPP+qH77lTRBK/D8bR7cxjIawMKqFfE3/QQ6MoFroYTx23rhXXmySxQLtwq6mTaPspTuDQqfydBsOL32OxuzGLIxtLQqpYR1nCHtE7oAAAAAABCPJm+mNMDpAAGNAYBQAADgYv7dscRn+wIAAAAABFla");

    public const string Hello = "hello, archive\n";

    public static byte[] Tar(params TarEntry[] entries)
    {
        using MemoryStream memory = new();
        using (TarWriter writer = new(memory, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
                writer.WriteEntry(entry);
        }

        return memory.ToArray();
    }

    public static PaxTarEntry File(string name, string content = Hello, UnixFileMode mode = (UnixFileMode)0x1A4) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = mode };

    public static PaxTarEntry Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink) =>
        new(type, name) { LinkName = target };

    public static PaxTarEntry Of(TarEntryType type, string name) => new(type, name);

    /// <summary>A raw ustar header with a correct checksum, for fields that TarWriter does not write.</summary>
    public static byte[] TarHeader(string name, char type, string sizeField, string link = "")
    {
        byte[] block = new byte[512];
        Encoding.UTF8.GetBytes(name).CopyTo(block, 0);
        "0000644\0"u8.CopyTo(block.AsSpan(100));
        "0000000\0"u8.CopyTo(block.AsSpan(108));
        "0000000\0"u8.CopyTo(block.AsSpan(116));
        Encoding.ASCII.GetBytes(sizeField).CopyTo(block, 124);
        "00000000000\0"u8.CopyTo(block.AsSpan(136));
        "        "u8.CopyTo(block.AsSpan(148));
        block[156] = (byte)type;
        Encoding.UTF8.GetBytes(link).CopyTo(block, 157);
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        int sum = block.Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        return block;
    }

    public static byte[] Zip(params (string Name, string Content, int Mode)[] entries)
    {
        using MemoryStream memory = new();
        using (ZipArchive zip = new(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string content, int mode) in entries)
            {
                ZipArchiveEntry entry = zip.CreateEntry(name, content.Length > 100 ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
                entry.ExternalAttributes = mode << 16;
                using Stream stream = entry.Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return memory.ToArray();
    }

    public static byte[] Ar(params (string Name, byte[] Content)[] members)
    {
        using MemoryStream memory = new();
        memory.Write("!<arch>\n"u8);
        foreach ((string name, byte[] content) in members)
        {
            memory.Write(Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{name,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n")));
            memory.Write(content);
            if (content.Length % 2 == 1)
                memory.WriteByte((byte)'\n');
        }

        return memory.ToArray();
    }

    public static byte[] Deb(string dataName, byte[] data) => Ar(
        ("debian-binary", "2.0\n"u8.ToArray()), ("control.tar.gz", Gzip(Tar(File("./control", "Package: x\n")))), (dataName, data));

    /// <summary>One cpio member; <see cref="Inode"/> and <see cref="Links"/> make hard links.</summary>
    public sealed record CpioMember(string Name, string Content = Hello, int Mode = 0x81A4, int Inode = 0, int Links = 1);

    /// <summary>A cpio of the kind of the magic number: 070701 newc, 070702 crc, 070707 odc.</summary>
    public static byte[] Cpio(string magic, params CpioMember[] members)
    {
        using MemoryStream memory = new();
        int inode = 100;
        foreach (CpioMember member in members.Append(new CpioMember("TRAILER!!!", "", 0)))
        {
            byte[] content = Encoding.UTF8.GetBytes(member.Content);
            byte[] name = Encoding.UTF8.GetBytes(member.Name + "\0");
            int ino = member.Inode == 0 ? inode++ : member.Inode;
            if (magic == "070707")
            {
                memory.Write(Encoding.ASCII.GetBytes(magic + Octal(0, 6) + Octal(ino, 6) + Octal(member.Mode, 6) + Octal(0, 6) + Octal(0, 6)
                    + Octal(member.Links, 6) + Octal(0, 6) + Octal(0, 11) + Octal(name.Length, 6) + Octal(content.Length, 11)));
                memory.Write(name);
                memory.Write(content);
                continue;
            }

            uint check = magic == "070702" ? (uint)content.Sum(b => b) : 0;
            memory.Write(Encoding.ASCII.GetBytes(magic + string.Concat(
                new[] { (uint)ino, (uint)member.Mode, 0u, 0u, (uint)member.Links, 0u, (uint)content.Length, 0u, 0u, 0u, 0u, (uint)name.Length, check }
                    .Select(value => value.ToString("X8", CultureInfo.InvariantCulture)))));
            memory.Write(name);
            Pad(memory);
            memory.Write(content);
            Pad(memory);
        }

        return memory.ToArray();
    }

    public static byte[] Gzip(byte[] content) => Through(content, to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Zstandard(byte[] content) =>
        Through(content, to => new SharpCompress.Compressors.ZStandard.CompressionStream(to, leaveOpen: true));

    public static byte[] Bzip2(byte[] content) =>
        Through(content, to => BZip2Stream.Create(to, SharpCompress.Compressors.CompressionMode.Compress, false, leaveOpen: true));

    private static byte[] Through(byte[] content, Func<Stream, Stream> open)
    {
        using MemoryStream memory = new();
        using (Stream stream = open(memory))
            stream.Write(content);
        return memory.ToArray();
    }

    private static string Octal(int value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Pad(MemoryStream memory)
    {
        while (memory.Length % 4 != 0)
            memory.WriteByte(0);
    }
}
