using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.NUnit;

/// <summary>The known crash that a test result is about.</summary>
internal static class KnownCrash
{
    private static readonly ConditionalWeakTable<TestResult, Sighting> Sightings = [];

    public static Sighting? Of(TestResult result) => Sightings.TryGetValue(result, out Sighting? sighting) ? sighting : null;

    /// <summary>Turns a failure into a known misbehavior. Its evidence stays.</summary>
    public static void Set(TestResult result, Sighting sighting)
    {
        string failure = Of(result) is null ? result.Message : result.Message[(result.Message.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        Sightings.AddOrUpdate(result, sighting);
        // Result files have no verdict of this name. A skip fails no run.
        result.SetResult(ResultState.Ignored, $"{sighting.Reason}\n{failure}", result.StackTrace);
    }
}
