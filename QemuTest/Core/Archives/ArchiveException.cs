namespace QemuTest.Archives;

/// <summary>
/// An archive or compressed file was refused: broken, hostile, or of no known format. Nothing of it was left behind.
/// The message names the file, the member if one is at fault, and the reason.
/// </summary>
public sealed class ArchiveException : QemuTestException
{
    /// <summary>A refusal of <paramref name="archive"/>, at <paramref name="member"/> if one is at fault.</summary>
    public ArchiveException(string archive, string? member, string reason, Exception? cause = null)
        : base(Describe(archive, member, reason), cause)
    {
        Archive = archive;
        Member = member;
    }

    /// <summary>The path of the file that was refused.</summary>
    public string Archive { get; }

    /// <summary>The member at fault as the archive names it (shortened if very long), or null if it is the file as a whole.</summary>
    public string? Member { get; }

    private static string Describe(string archive, string? member, string reason) =>
        member is null ? $"{archive}: {reason}" : $"{archive}: member '{member}': {reason}";
}
