using System.Text;

namespace QemuTest.Archives;

/// <summary>Reduces the names and link targets of members to paths below the target folder, or refuses them.</summary>
internal static class MemberName
{
    /// <summary>The maximum length of a name in UTF-8 bytes: Linux's PATH_MAX.</summary>
    public const int MaxBytes = 4096;

    private const int MaxComponentBytes = 255;

    /// <summary>Returns the name as a relative path without <c>.</c> components; empty for the root.</summary>
    /// <exception cref="MemberException">The name is absolute, leads out of the folder, or cannot be a file name.</exception>
    public static string Normalize(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
            throw new MemberException(name, $"the name is longer than {MaxBytes} bytes");
        if (name.StartsWith('/'))
            throw new MemberException(name, "the name is absolute");
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new MemberException(name.Replace('\0', '?'), "the name has a zero byte");

        List<string> parts = [];
        foreach (string part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part == "..")
                throw new MemberException(name, "the name leads out of the target folder ('..')");
            if (Encoding.UTF8.GetByteCount(part) > MaxComponentBytes)
                throw new MemberException(name, $"a part of the name is longer than {MaxComponentBytes} bytes");
            parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
