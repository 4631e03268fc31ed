namespace QemuTest.Archives;

/// <summary>
/// Members of a cpio: <c>newc</c> (070701), <c>crc</c> (070702, the checksum is tested) and <c>odc</c> (070707).
/// As the kernel does with an initramfs, it reads on behind the trailer if another archive follows.
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
            while (cursor.Next() is { } header)
            {
                if (header.Name == Trailer)
                    break;
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
    /// newc stores the content of a file with several names once, with the last of them; the earlier ones come with size 0
    /// and wait here for it.
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

        /// <summary>Files that really are empty: the first name is the file, the others link to it.</summary>
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
