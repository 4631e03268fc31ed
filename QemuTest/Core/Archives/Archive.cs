namespace QemuTest.Archives;

/// <summary>
/// Takes archives and compressed files apart without external programs. Work runs on a pool thread; the token is looked at for
/// every block. A refusal is an <see cref="ArchiveException"/>, after which the target is as it was before.
/// Upstream: <c>qemu_test/archive.py</c> and <c>uncompress.py</c>.
/// </summary>
internal static class Archive
{
    private const int MaxLinkHops = 8;

    /// <summary>Extracts all members below <paramref name="directory"/>, which is made if it is not there.</summary>
    /// <remarks>
    /// <c>format</c> overrides what content and name say; <c>name</c> is the name to go by where the path has none (an asset's URL).
    /// </remarks>
    public static Task ExtractAsync(
        string archive, string directory, ArchiveFormat? format = null, string? name = null, ExtractionOptions? rules = null,
        CancellationToken cancellationToken = default) => RunAsync(archive, rules, copy =>
        {
            using FileStream file = OpenRead(archive);
            using Staging staging = new(directory, rules ?? ExtractionOptions.Default, copy);
            foreach (ArchiveMember member in copy.Enumerate(Members(file, name ?? archive, format)))
                staging.Add(member);
            staging.Publish();
        }, cancellationToken);

    /// <summary>
    /// Writes one member's content to <paramref name="destination"/>, whose folders are made. A member that is a link to another
    /// member gives that one's content.
    /// </summary>
    /// <remarks>
    /// <c>wholeArchive</c>: Whether to read on behind the member, so that damage there and a wrong checksum of the whole are met. False is for
    /// archives whose hash was checked.
    /// </remarks>
    public static Task ExtractMemberAsync(
        string archive, string member, string destination, ArchiveFormat? format = null, string? name = null,
        bool wholeArchive = true, ExtractionOptions? rules = null, CancellationToken cancellationToken = default) =>
        RunAsync(archive, rules, copy =>
        {
            string wanted = MemberName.Normalize(member);
            for (int hop = 0; hop < MaxLinkHops; hop++)
            {
                using FileStream file = OpenRead(archive);
                if (TakeMember(copy.Enumerate(Members(file, name ?? archive, format)), wanted, destination, wholeArchive, copy) is not { } next)
                    return;
                wanted = next;
            }

            throw new MemberException(member, "it is a link that leads through too many others");
        }, cancellationToken);

    /// <summary>Decompresses a file; an older <paramref name="destination"/> is replaced once the new one is whole.</summary>
    public static Task DecompressAsync(
        string source, string destination, CompressionFormat? format = null, string? name = null, ExtractionOptions? rules = null,
        CancellationToken cancellationToken = default) => RunAsync(source, rules, copy =>
        {
            using FileStream file = OpenRead(source);
            PushbackStream input = new(file);
            CompressionFormat found = format ?? FormatProbe.Compression(input.Peek(FormatProbe.HeadBytes), name ?? source)
                ?? throw new MemberException(null, "not compressed in a known format (gz, xz, zst, bz2, lzma)");
            using Stream content = MemberCopy.Reading(null, () => Decompression.Open(input, found));
            Write(content, destination, null, copy);
        }, cancellationToken);

    private static IEnumerable<ArchiveMember> Members(FileStream file, string name, ArchiveFormat? format) =>
        MemberCopy.Reading(null, () => ArchiveReader.Read(file, name, format));

    /// <summary>Writes the wanted member; returns the name to look for instead where it is a link.</summary>
    private static string? TakeMember(
        IEnumerable<ArchiveMember> members, string wanted, string destination, bool wholeArchive, MemberCopy copy)
    {
        bool found = false;
        string? next = null;
        string temporary = TemporaryFor(destination);
        try
        {
            foreach (ArchiveMember member in members)
            {
                if (!IsNamed(member, wanted))
                    continue;
                if (found)
                    throw new MemberException(wanted, "the archive has two members of this name");
                found = true;
                if (member.Kind is MemberKind.Directory or MemberKind.Special)
                    throw new MemberException(wanted, member.Kind == MemberKind.Directory ? "it is a directory, not a file" : "it is a device, fifo or socket");
                if (member.Kind == MemberKind.File)
                    WriteTo(member.Content, temporary, wanted, copy);
                else
                    next = Follow(wanted, member);
                if (!wholeArchive)
                    break;
            }

            if (!found)
                throw new MemberException(wanted, "the archive has no such member");
            if (next is null)
                File.Move(temporary, destination, overwrite: true);
            return next;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsNamed(ArchiveMember member, string wanted)
    {
        // A hostile name elsewhere in the archive is no concern of who takes one member.
        string name = member.Name.StartsWith("./", StringComparison.Ordinal) ? member.Name[2..] : member.Name;
        return name.TrimEnd('/') == wanted;
    }

    /// <summary>The member that a link names: hard links from the root, symbolic ones from the link's own folder.</summary>
    private static string Follow(string link, ArchiveMember member)
    {
        string target = member.LinkTarget ?? "";
        if (member.Kind == MemberKind.HardLink)
            return MemberName.Normalize(target);
        List<string> parts = target.StartsWith('/') ? [] : [.. link.Split('/')[..^1]];
        foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                    throw new MemberException(link, $"it is a link that leads out of the archive ('{target}')");
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private static void Write(Stream content, string destination, string? member, MemberCopy copy)
    {
        string temporary = TemporaryFor(destination);
        try
        {
            WriteTo(content, temporary, member, copy);
            File.Move(temporary, destination, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteTo(Stream content, string path, string? member, MemberCopy copy)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        copy.Copy(content, file, member);
    }

    private static string TemporaryFor(string destination)
    {
        string full = Path.GetFullPath(destination);
        string directory = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, $".extract-{Guid.NewGuid():N}");
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17);

    private static Task RunAsync(string archive, ExtractionOptions? rules, Action<MemberCopy> work, CancellationToken cancellationToken) =>
        Task.Run(() =>
        {
            try
            {
                work(new MemberCopy(rules ?? ExtractionOptions.Default, cancellationToken));
            }
            catch (MemberException e)
            {
                throw new ArchiveException(archive, e.Member, e.Message, e);
            }
        }, cancellationToken);
}
