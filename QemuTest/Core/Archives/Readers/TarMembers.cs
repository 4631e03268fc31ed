using System.Formats.Tar;

namespace QemuTest.Archives;

/// <summary>Reads the members of a tar with System.Formats.Tar, which keeps modes and hard links.</summary>
internal static class TarMembers
{
    public static IEnumerable<ArchiveMember> Read(Stream input)
    {
        var guarded = new TarGuardStream(input);
        using (var reader = new TarReader(guarded, leaveOpen: true))
        {
            while (reader.GetNextEntry() is { } entry)
            {
                MemberKind kind = entry.EntryType switch
                {
                    TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => MemberKind.File,
                    TarEntryType.Directory => MemberKind.Directory,
                    TarEntryType.SymbolicLink => MemberKind.SymbolicLink,
                    TarEntryType.HardLink => MemberKind.HardLink,
                    TarEntryType.GlobalExtendedAttributes => (MemberKind)(-1),
                    _ => MemberKind.Special,
                };
                if ((int)kind < 0)
                    continue;
                yield return new ArchiveMember(
                    entry.Name, kind, (int)entry.Mode, entry.Length, entry.LinkName, entry.DataStream ?? Stream.Null);
            }
        }

        // Read to the end of the file, so that a wrong checksum of the compression around it is found.
        guarded.CopyTo(Stream.Null);
    }
}
