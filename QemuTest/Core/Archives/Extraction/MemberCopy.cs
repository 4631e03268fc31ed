using System.Buffers;

namespace QemuTest.Archives;

/// <summary>
/// Reads members under the limits. Whatever a reader or library throws over the input becomes a
/// <see cref="MemberException"/>; what writing throws (a full disk) stays as it is.
/// </summary>
internal sealed class MemberCopy(ExtractionOptions rules, CancellationToken cancellationToken)
{
    private long _total;
    private int _members;

    /// <summary>All members, one at a time, counted.</summary>
    public IEnumerable<ArchiveMember> Enumerate(IEnumerable<ArchiveMember> members)
    {
        IEnumerator<ArchiveMember> enumerator = members.GetEnumerator();
        string? last = null;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Reading(last, enumerator.MoveNext))
                    yield break;
                last = enumerator.Current.Name;
                if (++_members > rules.MaxMembers)
                    throw new MemberException(last, $"the archive has more than {rules.MaxMembers} members");
                if (enumerator.Current.Size > rules.MaxTotalBytes - _total)
                    throw TooLarge(last);
                yield return enumerator.Current;
            }
        }
        finally
        {
            // Closing a 7z stream reads on in it.
            Reading(last, () =>
            {
                enumerator.Dispose();
                return true;
            });
        }
    }

    public void Copy(Stream from, Stream to, string? member)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            int read;
            while ((read = Reading(member, () => from.Read(buffer, 0, buffer.Length))) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _total += read;
                if (_total > rules.MaxTotalBytes)
                    throw TooLarge(member);
                to.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static T Reading<T>(string? member, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or MemberException))
        {
            throw new MemberException(member, member is null ? e.Message : $"at or behind it: {e.Message}");
        }
    }

    private MemberException TooLarge(string? member) =>
        new(member, $"it would unpack to more than {rules.MaxTotalBytes} bytes in all (the limit of this extraction)");
}
