using NUnit.Framework;
using NUnit.Framework.Internal;

namespace QemuTest.NUnit;

// Known misbehaviors of QEMU: what a test met by chance, and what it provokes.
public abstract partial class QemuBaseTest
{
    /// <summary>Asserts the right outcome of a test that provokes a known misbehavior. With a wrong outcome from the catalog, the test ends
    /// here as a known misbehavior, neither passed nor failed. With any other outcome it fails.</summary>
    /// <param name="known">The catalog's entry, with its right and wrong outcomes.</param>
    /// <param name="outcome">The outcome, in the words of the entry.</param>
    /// <param name="version">QEMU's version, or for a migration between two versions both, for example <c>10.0.2 to 11.1.3</c>.</param>
    protected void AssertRight(KnownMisbehavior known, string outcome, string version)
    {
        ArgumentNullException.ThrowIfNull(known);
        RecordFact("finding", known.Finding);
        RecordFact("outcome", outcome);
        if (known.RightOutcomes.Contains(outcome))
            return;
        if (known.WrongOutcomes.FirstOrDefault(wrong => wrong.Outcome == outcome) is not { } wrong)
        {
            Assert.Fail(
                $"{known} has an outcome that the catalog does not have: {outcome}\n" +
                string.Join('\n', [.. known.RightOutcomes.Select(right => $"right: {right}"), .. known.WrongOutcomes.Select(other => $"wrong: {other.Outcome}")]));
            return;
        }

        Assert.Ignore(new Sighting(known, $"{outcome}; {known.Seen(version, wrong.SeenIn)}").Reason);
    }

    /// <summary>Gets the exits of the test's QEMUs.</summary>
    private protected virtual Task<IReadOnlyList<EndedQemu>> EndedQemusAsync() => Task.FromResult<IReadOnlyList<EndedQemu>>([]);

    // If the failure is a crash from the catalog, that is the result.
    private async Task RecognizeKnownCrashAsync()
    {
        if (Catalogs.For(GetType()) is { Count: > 0 } catalog
            && Sighting.Find(catalog, await EndedQemusAsync().ConfigureAwait(false)) is { } sighting)
            KnownCrash.Set(TestExecutionContext.CurrentContext.CurrentResult, sighting);
    }
}
