namespace QemuTest.Archives;

/// <summary>Reads the data members of a Debian package: an ar of <c>debian-binary</c>, <c>control.tar.*</c> and <c>data.tar.*</c>.</summary>
internal static class DebMembers
{
    public static IEnumerable<ArchiveMember> Read(Stream input)
    {
        bool found = false;
        foreach (ArchiveMember part in ArMembers.Read(input))
        {
            if (!part.Name.StartsWith("data.tar", StringComparison.Ordinal))
                continue;
            if (found)
                throw new MemberException(part.Name, "a second data member");
            found = true;

            PushbackStream content = new(part.Content);
            CompressionFormat? compression = FormatProbe.Compression(content.Peek(FormatProbe.HeadBytes));
            foreach (ArchiveMember member in TarMembers.Read(
                compression is { } format ? Decompression.Open(content, format) : content))
                yield return member;
        }

        if (!found)
            throw new MemberException(null, "not a Debian package: it has no data.tar member");
    }
}
