using System.Collections.Concurrent;

namespace QemuTest.NUnit;

/// <summary>Counts the tests that are not for the binary that the environment chooses.</summary>
internal static class SkippedTargets
{
    private static readonly ConcurrentDictionary<string, int> Tests = new(StringComparer.Ordinal);

    public static void Count(string binary) => Tests.AddOrUpdate(binary, 1, (_, count) => count + 1);

    /// <summary>What was left out so far, in one line; null if nothing was.</summary>
    public static string? Describe() => Tests.IsEmpty
        ? null
        : $"{SystemTargets.BinaryVariable} is {SystemTargets.Chosen()}: left out {Tests.Values.Sum()} tests that are for " +
          string.Join(", ", Tests.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} ({entry.Value})"));
}
