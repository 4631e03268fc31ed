namespace QemuTest.Archives;

/// <summary>Opens an archive, with any compression around it, and yields its members in stored order.</summary>
internal static class ArchiveReader
{
    public static IEnumerable<ArchiveMember> Read(Stream file, string name, ArchiveFormat? format)
    {
        PushbackStream input = new(file);
        if (FormatProbe.Compression(input.Peek(FormatProbe.HeadBytes)) is { } compression)
            input = new PushbackStream(Decompression.Open(input, compression));

        ArchiveFormat found = format ?? FormatProbe.Archive(input.Peek(FormatProbe.HeadBytes), name)
            ?? throw new MemberException(null, "not an archive of a known format (tar, zip, deb, cpio), by content or by name");
        if (found == ArchiveFormat.Zip)
            file.Position = 0;
        return found switch
        {
            ArchiveFormat.Tar => TarMembers.Read(input),
            ArchiveFormat.Deb => DebMembers.Read(input),
            ArchiveFormat.Cpio => CpioMembers.Read(input),
            ArchiveFormat.Zip => ZipMembers.Read(file),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown archive format."),
        };
    }
}
