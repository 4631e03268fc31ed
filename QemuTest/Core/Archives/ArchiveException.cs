namespace QemuTest.Archives;

/// <summary>
/// An archive or compressed file was refused: it is damaged, hostile, or of an unknown format. Nothing was extracted.
/// The message names the file, the member at fault if there is one, and the reason.
/// </summary>
public sealed class ArchiveException : QemuTestException
{
    internal ArchiveException(string archive, string? member, string reason, Exception? cause = null)
        : base(Describe(archive, member, reason), cause)
    {
        Archive = archive;
        Member = member;
    }

    /// <summary>The path of the refused file.</summary>
    public string Archive { get; }

    /// <summary>The name of the member at fault as in the archive (shortened if very long), or null if the whole file is at fault.</summary>
    public string? Member { get; }

    private static string Describe(string archive, string? member, string reason) =>
        member is null ? $"{archive}: {reason}" : $"{archive}: member '{member}': {reason}";
}
