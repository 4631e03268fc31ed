using System.Globalization;
using System.Text;

namespace QemuTest.Archives;

/// <summary>
/// Reads the members of a Unix <c>ar</c> file: 60-byte headers in ASCII, content padded to an even length. A name has at most 16 characters,
/// without the trailing slash of System V. Packages do not have the long-name table of object libraries.
/// </summary>
internal static class ArMembers
{
    private const int HeaderBytes = 60;

    public static IEnumerable<ArchiveMember> Read(Stream input)
    {
        byte[] header = new byte[HeaderBytes];
        if (input.ReadAtLeast(header.AsSpan(0, 8), 8, false) < 8 || !header.AsSpan(0, 8).SequenceEqual("!<arch>\n"u8))
            throw new MemberException(null, "not an ar archive: it does not start with '!<arch>'");

        while (true)
        {
            int read = input.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
            if (read == 0)
                yield break;
            string name = Encoding.UTF8.GetString(header, 0, Math.Min(read, 16)).TrimEnd(' ').TrimEnd('/');
            if (read < HeaderBytes)
                throw new MemberException(name, "the archive ends inside its ar header (truncated?)");
            string digits = Encoding.ASCII.GetString(header, 48, 10).Trim();
            if (header[58] != '`' || header[59] != '\n'
                || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                throw new MemberException(name, "its ar header is malformed");

            SliceStream content = new(input, size, name);
            yield return new ArchiveMember(name, MemberKind.File, 0, size, null, content);
            content.Skip();

            // The last member may have an odd length without padding.
            if (size % 2 == 1)
                input.ReadAtLeast(header.AsSpan(0, 1), 1, throwOnEndOfStream: false);
        }
    }
}
