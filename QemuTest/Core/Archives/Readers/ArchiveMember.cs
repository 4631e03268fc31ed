namespace QemuTest.Archives;

internal enum MemberKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,

    /// <summary>A device, fifo, socket or anything else that is never extracted.</summary>
    Special,
}

/// <summary>One member as a reader meets it. <see cref="Content"/> is valid until the next member is asked for.</summary>
/// <remarks>
/// <c>Name</c> is as the archive writes it, unchecked; <c>Mode</c> the Unix mode, 0 if there is none; <c>Size</c> the declared bytes
/// of content or -1; <c>LinkTarget</c> where a link leads, as written.
/// </remarks>
internal sealed record ArchiveMember(string Name, MemberKind Kind, int Mode, long Size, string? LinkTarget, Stream Content)
{
    private const int TypeMask = 0xF000;

    /// <summary>The kind that a Unix <c>st_mode</c> names.</summary>
    public static MemberKind KindOf(int mode) => (mode & TypeMask) switch
    {
        0x8000 or 0 => MemberKind.File,
        0x4000 => MemberKind.Directory,
        0xA000 => MemberKind.SymbolicLink,
        _ => MemberKind.Special,
    };
}
