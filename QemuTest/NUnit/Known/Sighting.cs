namespace QemuTest.NUnit;

/// <summary>A known misbehavior that a test met.</summary>
/// <param name="Known">The catalog's entry.</param>
/// <param name="What">What the test saw, in one line.</param>
internal sealed record Sighting(KnownMisbehavior Known, string What)
{
    /// <summary>The begin of the reason of such a test. Result files have no other place for it; the tool recognizes it.</summary>
    public const string Mark = "known misbehavior: ";

    /// <summary>Gets the reason of the test.</summary>
    public string Reason => $"{Mark}{Known}: {What}";

    /// <summary>Gets whether a test's reason is of this kind.</summary>
    public static bool IsReason(string? reason) => reason is not null && reason.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>Finds the misbehavior that explains the exits of a test's QEMUs. Null if there is none, or if another QEMU crashed
    /// without an explanation.</summary>
    public static Sighting? Find(IReadOnlyList<KnownMisbehavior> catalog, IReadOnlyList<EndedQemu> exits)
    {
        Sighting? first = null;
        foreach (EndedQemu qemu in exits.Where(qemu => qemu.Crashed))
        {
            var found = catalog.SelectMany(known => known.Crashes, (known, crash) => (known, crash)).FirstOrDefault(row => row.crash.Matches(qemu));
            if (found.known is null)
                return null;
            first ??= new(found.known, $"QEMU '{qemu.Name}' ended with {qemu.Exit}, {found.crash}; {found.known.Seen(qemu.Version, found.crash.SeenIn)}");
        }

        return first ?? FindOutput(catalog, exits);
    }

    private static Sighting? FindOutput(IReadOnlyList<KnownMisbehavior> catalog, IReadOnlyList<EndedQemu> exits)
    {
        IEnumerable<Sighting> found =
            from known in catalog
            from output in known.Outputs
            from qemu in exits
            where qemu.Output.Contains(output.Text, StringComparison.Ordinal)
            select new Sighting(known, $"QEMU '{qemu.Name}' wrote \"{output}\"; {known.Seen(qemu.Version, output.SeenIn)}");
        return found.FirstOrDefault();
    }
}
