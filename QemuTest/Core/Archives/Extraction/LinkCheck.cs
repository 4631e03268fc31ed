namespace QemuTest.Archives;

/// <summary>
/// Follows symbolic links as the kernel does, through the new members and the existing files of the target folder. The text of a link alone is
/// not enough, because it may lead through other links.
/// </summary>
internal sealed class LinkCheck(string directory, IReadOnlyDictionary<string, string> newLinks)
{
    private const int MaxHops = 40;

    /// <summary>Returns the reason to refuse the link, or null.</summary>
    public string? Refusal(string link, string target)
    {
        Stack<string> pending = new();
        List<string> at = [.. Parts(link)[..^1]];
        if (!Push(target, pending))
            return $"it is a link to the absolute path '{target}'";

        int hops = 0;
        while (pending.TryPop(out string? part))
        {
            if (part == "..")
            {
                if (at.Count == 0)
                    return $"it is a link that leads out of the target folder ('{target}')";
                at.RemoveAt(at.Count - 1);
                continue;
            }

            at.Add(part);
            string path = string.Join('/', at);
            string? next = newLinks.GetValueOrDefault(path) ?? new FileInfo(Path.Combine(directory, path)).LinkTarget;
            if (next is null)
                continue;
            if (++hops > MaxHops)
                return "it is a link that leads in a circle";
            at.RemoveAt(at.Count - 1);
            if (!Push(next, pending))
                return $"it is a link that leads out of the target folder (by '{path}' to '{next}')";
        }

        return null;
    }

    private static bool Push(string target, Stack<string> pending)
    {
        if (target.StartsWith('/'))
            return false;
        foreach (string part in Parts(target).Reverse())
        {
            if (part != ".")
                pending.Push(part);
        }

        return true;
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
