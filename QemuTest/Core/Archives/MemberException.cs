namespace QemuTest.Archives;

/// <summary>A fault in an archive. A reader knows the member at fault but not the file, which the extraction adds.</summary>
internal sealed class MemberException(string? member, string reason) : IOException(reason)
{
    public string? Member { get; } = member is { Length: > 120 } ? $"{member[..80]}… ({member.Length} characters)" : member;
}
