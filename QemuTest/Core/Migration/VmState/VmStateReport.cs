namespace QemuTest.Migration;

/// <summary>What a comparison of two descriptions of migration state found.</summary>
/// <param name="Findings">What would break a migration, in the order of the source's description. Upstream's checker ends with their
/// number as its exit status.</param>
/// <param name="Warnings">What is odd but not counted.</param>
public sealed record VmStateReport(IReadOnlyList<string> Findings, IReadOnlyList<string> Warnings)
{
    /// <summary>Every line, warnings first.</summary>
    public override string ToString() => string.Join('\n', [.. Warnings, .. Findings]);
}
