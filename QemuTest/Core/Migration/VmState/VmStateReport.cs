namespace QemuTest.Migration;

/// <summary>The result of a comparison of two descriptions of migration state.</summary>
/// <param name="Findings">The differences that break a migration, in the order of the source's description.</param>
/// <param name="Warnings">Differences that do not count as findings.</param>
public sealed record VmStateReport(IReadOnlyList<string> Findings, IReadOnlyList<string> Warnings)
{
    /// <summary>Gets all lines, warnings first.</summary>
    public override string ToString() => string.Join('\n', [.. Warnings, .. Findings]);
}
