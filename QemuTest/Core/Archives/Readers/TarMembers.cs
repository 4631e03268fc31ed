using System.Formats.Tar;

namespace QemuTest.Archives;

/// <summary>Members of a tar, through System.Formats.Tar: it keeps modes and hard links.</summary>
internal static class TarMembers
{
    public static IEnumerable<ArchiveMember> Read(Stream input)
    {
        TarGuardStream guarded = new(input);
        using (TarReader reader = new(guarded, leaveOpen: true))
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

        // To the end of the file, so that a wrong checksum of the compression around it is met.
        guarded.CopyTo(Stream.Null);
    }
}
