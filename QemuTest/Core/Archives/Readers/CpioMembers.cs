namespace QemuTest.Archives;

/// <summary>
/// Reads the members of a cpio: <c>newc</c> (070701), <c>crc</c> (070702, with a check of the checksum) and <c>odc</c> (070707). If another
/// archive follows the trailer, it is read too, as in an initramfs.
/// </summary>
internal static class CpioMembers
{
    private const string Trailer = "TRAILER!!!";

    public static IEnumerable<ArchiveMember> Read(Stream input)
    {
        using CpioCursor cursor = new(new PushbackStream(input));
        HardLinks links = new();
        do
        {
            for (CpioHeader header = cursor.Next(); header.Name != Trailer; header = cursor.Next())
            {
                foreach (ArchiveMember member in links.Resolve(header, cursor))
                    yield return member;
                cursor.Finish();
            }

            foreach (ArchiveMember member in links.TakeEmpty())
                yield return member;
        }
        while (cursor.AnotherFollows());
    }

    /// <summary>
    /// Holds the names of a file with several names until its content comes: newc stores the content with the last name, and gives
    /// the others size 0.
    /// </summary>
    private sealed class HardLinks
    {
        private readonly Dictionary<(string Device, long Inode), List<CpioHeader>> _waiting = [];

        public IEnumerable<ArchiveMember> Resolve(CpioHeader header, CpioCursor cursor)
        {
            MemberKind kind = ArchiveMember.KindOf(header.Mode);
            bool shared = kind == MemberKind.File && header.Links > 1 && header.IsNew;
            if (shared && header.Size == 0)
            {
                if (!_waiting.TryGetValue(header.Identity, out List<CpioHeader>? names))
                    _waiting[header.Identity] = names = [];
                names.Add(header);
                yield break;
            }

            string? target = kind == MemberKind.SymbolicLink ? cursor.ReadText(header) : null;
            yield return new ArchiveMember(header.Name, kind, header.Mode, header.Size, target, cursor.Content);
            if (shared && _waiting.Remove(header.Identity, out List<CpioHeader>? others))
            {
                cursor.Finish();
                foreach (CpioHeader other in others)
                    yield return new ArchiveMember(other.Name, MemberKind.HardLink, other.Mode, 0, header.Name, Stream.Null);
            }
        }

        /// <summary>Empty files: the first name is the file, the others are links to it.</summary>
        public IEnumerable<ArchiveMember> TakeEmpty()
        {
            foreach (List<CpioHeader> names in _waiting.Values)
            {
                yield return new ArchiveMember(names[0].Name, MemberKind.File, names[0].Mode, 0, null, Stream.Null);
                foreach (CpioHeader other in names.Skip(1))
                    yield return new ArchiveMember(other.Name, MemberKind.HardLink, other.Mode, 0, names[0].Name, Stream.Null);
            }

            _waiting.Clear();
        }
    }
}
