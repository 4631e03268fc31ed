using SharpCompress.Archives.SevenZip;
using SharpCompress.Readers;

namespace QemuTest.Archives;

/// <summary>Members of a 7z, read in stored order: a solid block is unpacked once.</summary>
internal static class SevenZipMembers
{
    public static IEnumerable<ArchiveMember> Read(Stream seekable)
    {
        using var archive = SevenZipArchive.OpenArchive(seekable, ReaderOptions.ForExternalStream);
        using IReader reader = archive.ExtractAllEntries();
        while (reader.MoveToNextEntry())
        {
            string name = reader.Entry.Key ?? throw new MemberException(null, "a member without a name");
            if (reader.Entry.IsEncrypted)
                throw new MemberException(name, "it is encrypted");

            // p7zip puts a Unix mode into the upper half of the attributes and says so with bit 15.
            uint attributes = (uint)(reader.Entry.Attrib ?? 0);
            int mode = (attributes & 0x8000) != 0 ? (int)(attributes >> 16) : 0;
            MemberKind kind = reader.Entry.IsDirectory ? MemberKind.Directory : ArchiveMember.KindOf(mode);
            if (kind == MemberKind.Directory)
            {
                yield return new ArchiveMember(name, kind, mode, 0, null, Stream.Null);
                continue;
            }

            using Stream content = reader.OpenEntryStream();
            string? target = null;
            if (kind == MemberKind.SymbolicLink)
            {
                using StreamReader text = new(new SliceStream(content, Math.Min(reader.Entry.Size, MemberName.MaxBytes), name));
                target = text.ReadToEnd();
            }

            yield return new ArchiveMember(name, kind, mode, reader.Entry.Size, target, content);
        }
    }
}
