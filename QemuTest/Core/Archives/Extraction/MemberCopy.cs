using System.Buffers;

namespace QemuTest.Archives;

/// <summary>
/// Reads members within the limits. An exception of a reader or library becomes a <see cref="MemberException"/>. An exception while writing,
/// such as a full disk, stays as it is.
/// </summary>
internal sealed class MemberCopy(ExtractionOptions options, CancellationToken cancellationToken)
{
    private long _total;
    private int _members;

    /// <summary>Yields the members one at a time, and counts them.</summary>
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
                if (++_members > options.MaxMembers)
                    throw new MemberException(last, $"the archive has more than {options.MaxMembers} members");
                if (enumerator.Current.Size > options.MaxTotalBytes - _total)
                    throw TooLarge(last);
                yield return enumerator.Current;
            }
        }
        finally
        {
            // A reader may read the rest of its member when it is closed.
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
                if (_total > options.MaxTotalBytes)
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
        catch (Exception error) when (error is not (OperationCanceledException or MemberException))
        {
            throw new MemberException(member, member is null ? error.Message : $"in or after it: {error.Message}");
        }
    }

    private MemberException TooLarge(string? member) =>
        new(member, $"the extracted files would have more than {options.MaxTotalBytes} bytes, the limit of this extraction");
}
