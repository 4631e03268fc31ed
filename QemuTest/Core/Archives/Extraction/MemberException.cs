namespace QemuTest.Archives;

/// <summary>What a reader finds wrong; it knows the member, not the file it came from, so the extraction adds that.</summary>
internal sealed class MemberException(string? member, string reason) : IOException(reason)
{
    public string? Member { get; } = member is { Length: > 120 } ? $"{member[..80]}… ({member.Length} characters)" : member;
}
