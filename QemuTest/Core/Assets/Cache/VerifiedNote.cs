using System.Globalization;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// <c>HASH.verified</c>: what a cached file looked like when it was last hashed, and when that was (Unix seconds). One line, so that it is
/// written in one go. A file beside it and not an attribute of it, because the file is read-only and may be on a file system without any.
/// </summary>
internal static class VerifiedNote
{
    public const string Extension = ".verified";

    public static bool IsFresh(string path, FileIdentity identity, TimeSpan maxAge)
    {
        try
        {
            string[] fields = File.ReadAllText(path + Extension).Split(' ');
            return fields.Length == 4
                && string.Join(' ', fields[..3]) == identity.ToString()
                && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long checkedAt)
                && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(checkedAt) is var age && age < maxAge && age > TimeSpan.FromDays(-1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    public static void Write(string path, FileIdentity identity)
    {
        string temporary = $"{path}{Extension}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{identity} {DateTimeOffset.UtcNow.ToUnixTimeSeconds()}"));
            File.Move(temporary, path + Extension, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only cache: the file is hashed again next time.
        }
    }
}
