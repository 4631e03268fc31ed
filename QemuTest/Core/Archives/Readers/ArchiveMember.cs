namespace QemuTest.Archives;

internal enum MemberKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,

    /// <summary>A device, fifo, socket or other member that is never extracted.</summary>
    Special,
}

/// <summary>One member of an archive. <see cref="Content"/> is valid until the next member is read.</summary>
/// <remarks>
/// <c>Name</c> and <c>LinkTarget</c> are the text in the archive, not checked. <c>Mode</c> is the Unix mode, or 0 if there is none. <c>Size</c>
/// is the declared number of bytes.
/// </remarks>
internal sealed record ArchiveMember(string Name, MemberKind Kind, int Mode, long Size, string? LinkTarget, Stream Content)
{
    private const int TypeMask = 0xF000;

    /// <summary>The kind of a Unix <c>st_mode</c>.</summary>
    public static MemberKind KindOf(int mode) => (mode & TypeMask) switch
    {
        0x8000 or 0 => MemberKind.File,
        0x4000 => MemberKind.Directory,
        0xA000 => MemberKind.SymbolicLink,
        _ => MemberKind.Special,
    };
}
