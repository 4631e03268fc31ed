using System.Globalization;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// <c>HASH.verified</c>: size, time and inode of a cached file at the last check, and the time of that check in Unix seconds. A separate file
/// and not an attribute, because the cached file is read-only and its file system may have no attributes.
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A read-only cache: the next use hashes the file again.
        }
    }
}
