namespace QemuTest.Archives;

/// <summary>
/// Extracts archives and decompresses files without external programs. The work runs on a pool thread and checks the token for every block.
/// After an <see cref="ArchiveException"/> the target is unchanged.
/// </summary>
/// <remarks>Replaces upstream's <c>qemu_test/archive.py</c> and <c>uncompress.py</c>.</remarks>
internal static class Archive
{
    private const int MaxLinkHops = 8;

    /// <summary>Extracts all members below <paramref name="directory"/>, which is created if needed.</summary>
    /// <remarks>
    /// <c>format</c> overrides the detected one. <c>name</c> is the name for the detection if the path has no extension (an asset's URL).
    /// </remarks>
    public static Task ExtractAsync(
        string archive, string directory, ArchiveFormat? format = null, string? name = null, ExtractionOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(archive, options, copy =>
        {
            using FileStream file = OpenRead(archive);
            using var staging = new Staging(directory, options ?? ExtractionOptions.Default, copy);
            foreach (ArchiveMember member in copy.Enumerate(Members(file, name ?? archive, format)))
                staging.Add(member);
            staging.Publish();
        }, cancellationToken);

    /// <summary>
    /// Writes the content of one member to <paramref name="destination"/>, and creates its folders. Follows a member that is a link to another
    /// one.
    /// </summary>
    /// <remarks>
    /// <c>wholeArchive</c>: whether to read the rest after the member, to find damage there and a wrong checksum of the whole. False is for
    /// archives with a checked hash.
    /// </remarks>
    public static Task ExtractMemberAsync(
        string archive, string member, string destination, ArchiveFormat? format = null, string? name = null,
        bool wholeArchive = true, ExtractionOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(archive, options, copy =>
        {
            string wanted = MemberName.Normalize(member);
            for (int hop = 0; hop < MaxLinkHops; hop++)
            {
                using FileStream file = OpenRead(archive);
                if (TakeMember(copy.Enumerate(Members(file, name ?? archive, format)), wanted, destination, wholeArchive, copy) is not { } next)
                    return;
                wanted = next;
            }

            throw new MemberException(member, "it is a link through too many other links");
        }, cancellationToken);

    /// <summary>Decompresses a file. The complete result replaces an existing <paramref name="destination"/>.</summary>
    public static Task DecompressAsync(
        string source, string destination, CompressionFormat? format = null, ExtractionOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(source, options, copy =>
        {
            using FileStream file = OpenRead(source);
            var input = new PushbackStream(file);
            CompressionFormat found = format ?? FormatProbe.Compression(input.Peek(FormatProbe.HeadBytes))
                ?? throw new MemberException(null, "not compressed in a known format (gz, xz, zst, bz2)");
            using Stream content = MemberCopy.Reading(null, () => Decompression.Open(input, found));
            Write(content, destination, null, copy);
        }, cancellationToken);

    private static IEnumerable<ArchiveMember> Members(FileStream file, string name, ArchiveFormat? format) =>
        MemberCopy.Reading(null, () => ArchiveReader.Read(file, name, format));

    /// <summary>Writes the wanted member. If it is a link, returns the name of its target instead.</summary>
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
        // A hostile name elsewhere in the archive does not matter for one member.
        string name = member.Name.StartsWith("./", StringComparison.Ordinal) ? member.Name[2..] : member.Name;
        return name.TrimEnd('/') == wanted;
    }

    /// <summary>The target of a link: relative to the root for a hard link, to the folder of the link for a symbolic one.</summary>
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
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
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

    private static Task RunAsync(string archive, ExtractionOptions? options, Action<MemberCopy> work, CancellationToken cancellationToken) =>
        Task.Run(() =>
        {
            try
            {
                work(new MemberCopy(options ?? ExtractionOptions.Default, cancellationToken));
            }
            catch (MemberException error)
            {
                throw new ArchiveException(archive, error.Member, error.Message, error);
            }
        }, cancellationToken);
}
