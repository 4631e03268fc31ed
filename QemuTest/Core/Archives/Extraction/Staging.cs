using QemuTest.Processes;

namespace QemuTest.Archives;

/// <summary>
/// Puts all members into a separate folder inside the target first, then moves them into place. If one is refused, the folder is deleted and
/// the target is unchanged.
/// </summary>
internal sealed class Staging : IDisposable
{
    private readonly string _directory;
    private readonly string _staged;
    private readonly bool _createdDirectory;
    private readonly ExtractionOptions _options;
    private readonly MemberCopy _copy;
    private readonly Dictionary<string, MemberKind> _names = [];
    private readonly Dictionary<string, string> _folded = [];
    private readonly Dictionary<string, string> _links = [];
    private bool _published;

    public Staging(string directory, ExtractionOptions options, MemberCopy copy)
    {
        _directory = Path.GetFullPath(directory);
        _options = options;
        _copy = copy;
        _createdDirectory = !Directory.Exists(_directory);
        Directory.CreateDirectory(_directory);
        _staged = Path.Combine(_directory, $".extract-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_staged, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Add(ArchiveMember member)
    {
        string name = MemberName.Normalize(member.Name);
        if (name.Length == 0)
        {
            if (member.Kind != MemberKind.Directory)
                throw new MemberException(member.Name, "it has no name");
            return;
        }

        if (member.Kind == MemberKind.Special)
            throw new MemberException(member.Name, "it is a device, fifo or socket, which is never extracted");
        MakeParents(name);
        if (member.Kind == MemberKind.Directory && _names.GetValueOrDefault(name, MemberKind.Special) == MemberKind.Directory)
        {
            File.SetUnixFileMode(At(name), Mode(member, UnixFileMode.UserExecute));
            return;
        }

        Claim(name, member.Kind);
        switch (member.Kind)
        {
            case MemberKind.Directory:
                Directory.CreateDirectory(At(name));
                File.SetUnixFileMode(At(name), Mode(member, UnixFileMode.UserExecute));
                break;
            case MemberKind.SymbolicLink:
                if (string.IsNullOrEmpty(member.LinkTarget) || member.LinkTarget.Contains('\0', StringComparison.Ordinal))
                    throw new MemberException(name, "it is a link without a target");
                _links[name] = member.LinkTarget;
                File.CreateSymbolicLink(At(name), member.LinkTarget);
                break;
            case MemberKind.HardLink:
                MakeHardLink(name, member.LinkTarget ?? "");
                break;
            default:
                using (var file = new FileStream(At(name), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    BufferSize = 0,
                    UnixCreateMode = Mode(member, UnixFileMode.None),
                }))
                    _copy.Copy(member.Content, file, name);
                break;
        }
    }

    /// <summary>Moves all members into place, after a check that this is possible.</summary>
    public void Publish()
    {
        var check = new LinkCheck(_directory, _links);
        foreach ((string link, string target) in _links)
        {
            if (check.Refusal(link, target) is { } refusal)
                throw new MemberException(link, refusal);
        }

        foreach ((string name, MemberKind kind) in _names)
        {
            var there = new FileInfo(Path.Combine(_directory, name));
            bool isDirectory = there.LinkTarget is null && Directory.Exists(there.FullName);
            bool isOther = there.LinkTarget is not null || there.Exists;
            if (kind == MemberKind.Directory ? isOther : isDirectory)
                throw new MemberException(name, $"'{_directory}' already has something else of that name");
        }

        Move(_staged, _directory);
        _published = true;
    }

    public void Dispose()
    {
        Directory.Delete(_staged, recursive: true);
        if (_createdDirectory && !_published)
            Directory.Delete(_directory, recursive: true);
    }

    private static void Move(string from, string to)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            string target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo && entry.LinkTarget is null && Directory.Exists(target))
                Move(entry.FullName, target);
            else if (entry is DirectoryInfo && entry.LinkTarget is null)
                Directory.Move(entry.FullName, target);
            else
                File.Move(entry.FullName, target, overwrite: true);
        }
    }

    private void MakeParents(string name)
    {
        for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            string parent = name[..slash];
            if (_names.TryGetValue(parent, out MemberKind kind))
            {
                if (kind != MemberKind.Directory)
                    throw new MemberException(name, $"'{parent}' is not a directory but a {Describe(kind)}");
                continue;
            }

            Claim(parent, MemberKind.Directory);
            Directory.CreateDirectory(At(parent));
        }
    }

    private void Claim(string name, MemberKind kind)
    {
        if (!_names.TryAdd(name, kind))
            throw new MemberException(name, "the archive has two members of this name");
        if (!_options.AllowCaseCollisions && !_folded.TryAdd(name.ToUpperInvariant(), name))
        {
            throw new MemberException(name,
                $"it differs from '{_folded[name.ToUpperInvariant()]}' only in case (ExtractionOptions.AllowCaseCollisions accepts both)");
        }
    }

    private void MakeHardLink(string name, string target)
    {
        string existing = MemberName.Normalize(target);
        if (_names.GetValueOrDefault(existing, MemberKind.Special) is not (MemberKind.File or MemberKind.HardLink))
            throw new MemberException(name, $"it is a hard link to '{target}', which is not an earlier file of this archive");
        FileLinks.TryCreateHardLink(At(existing), At(name));
    }

    private string At(string name) => Path.Combine(_staged, name);

    /// <summary>The permission bits without set-id and sticky bits. The owner can always write, so that the folder can be deleted.</summary>
    private static UnixFileMode Mode(ArchiveMember member, UnixFileMode always)
    {
        UnixFileMode otherwise = member.Kind == MemberKind.Directory ? (UnixFileMode)0x1ED : (UnixFileMode)0x1A4;
        UnixFileMode given = (member.Mode & 0x1FF) == 0 ? otherwise : (UnixFileMode)(member.Mode & 0x1FF);
        return given | always | UnixFileMode.UserRead | UnixFileMode.UserWrite;
    }

    private static string Describe(MemberKind kind) => kind == MemberKind.File ? "file" : "link (nothing is written through a link)";
}
