namespace QemuTest.Dependencies;

/// <summary>Finds the groups of nodes that know each other in a circle.</summary>
internal static class Circles
{
    /// <summary>The strongly connected components of more than one node, each in alphabetical order.</summary>
    /// <param name="graph">Each node and the nodes that it knows.</param>
    public static IReadOnlyList<IReadOnlyList<string>> In<TSet>(IEnumerable<KeyValuePair<string, TSet>> graph)
        where TSet : IEnumerable<string>
    {
        Dictionary<string, string[]> edges = graph.ToDictionary(row => row.Key, row => row.Value.ToArray());
        Dictionary<string, HashSet<string>> reachable = edges.Keys.ToDictionary(node => node, node => Reachable(edges, node));
        HashSet<string> seen = [];
        List<IReadOnlyList<string>> circles = [];
        foreach (string node in edges.Keys.Order(StringComparer.Ordinal))
        {
            if (!reachable[node].Contains(node) || !seen.Add(node))
                continue;
            string[] circle = [.. reachable[node].Where(other => reachable.TryGetValue(other, out HashSet<string>? back) && back.Contains(node)).Order(StringComparer.Ordinal)];
            seen.UnionWith(circle);
            if (circle.Length > 1)
                circles.Add(circle);
        }

        return circles;
    }

    private static HashSet<string> Reachable(Dictionary<string, string[]> edges, string from)
    {
        HashSet<string> found = [];
        var open = new Stack<string>(edges[from]);
        while (open.TryPop(out string? node))
        {
            if (found.Add(node) && edges.TryGetValue(node, out string[]? next))
            {
                foreach (string other in next)
                    open.Push(other);
            }
        }

        return found;
    }
}
