using System.Collections.Concurrent;

namespace QemuTest.NUnit;

/// <summary>Counts the tests skipped because they are not for the chosen binary. Thread-safe.</summary>
internal static class SkippedTargets
{
    private static readonly ConcurrentDictionary<string, int> Tests = new(StringComparer.Ordinal);

    public static void Count(string binary) => Tests.AddOrUpdate(binary, 1, (_, count) => count + 1);

    /// <summary>Gets the counts in one line, or null if there are none.</summary>
    public static string? Describe() => Tests.IsEmpty
        ? null
        : $"{SystemTargets.BinaryVariable} is {SystemTargets.Chosen()}: skipped {Tests.Values.Sum()} tests for " +
          string.Join(", ", Tests.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} ({entry.Value})"));
}
