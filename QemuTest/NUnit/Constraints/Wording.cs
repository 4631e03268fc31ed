using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>Texts of QEMU that differ by version.</summary>
public static class Wording
{
    /// <summary>Compares a text with the known ones. A text that is not known is no wrong behavior: the test goes on, and its result is a warning,
    /// which the test platform counts as skipped, with one line that begins with "New wording".</summary>
    /// <param name="what">What the text belongs to, for example the command.</param>
    /// <param name="text">The text of this QEMU.</param>
    /// <param name="known">The texts of the versions that the test knows.</param>
    public static void AssertKnown(string what, string text, params IReadOnlyCollection<string> known)
    {
        if (!known.Contains(text))
            Assert.Warn($"New wording: {what}: '{text}'. Known: {string.Join(", ", known.Select(one => $"'{one}'"))}. If it has the same meaning, add it to the test.");
    }

    /// <summary>Looks for one of the known texts in a longer one, for example QEMU's output. A text without them is a warning, as in
    /// <see cref="AssertKnown"/>.</summary>
    /// <param name="what">What the text belongs to.</param>
    /// <param name="text">The text of this QEMU.</param>
    /// <param name="known">The texts of the versions that the test knows.</param>
    public static void AssertContainsKnown(string what, string text, params IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!known.Any(one => text.Contains(one, StringComparison.Ordinal)))
            AssertKnown(what, text.Trim(), known);
    }
}
