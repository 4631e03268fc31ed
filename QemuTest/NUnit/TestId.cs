using System.IO.Hashing;
using System.Text;

namespace QemuTest.NUnit;

/// <summary>The name of a test's folder: the test's full name where that is a short, plain file name, else a part of it and a hash.</summary>
internal static class TestId
{
    // Longer names would not fit into a file name together with what RunFolders adds.
    private const int Longest = 150;
    private const string Plain = "._-(),=+";

    // Not in a plain name, so that no plain name looks like one with a hash.
    private const char BeforeHash = '~';

    /// <summary>Gets the folder name of a test. Different names give different folders, and each run gives the same.</summary>
    public static string Of(string fullName)
    {
        string id = string.Concat(fullName.Select(c => IsPlain(c) ? c : '_'));
        if (id == fullName && id.Length is > 0 and <= Longest && id is not ("." or ".."))
            return id;
        string hash = $"{BeforeHash}{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(fullName)):x16}";
        return id[..Math.Min(id.Length, Longest - hash.Length)] + hash;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal);
}
