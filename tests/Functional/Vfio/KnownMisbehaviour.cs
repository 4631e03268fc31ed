using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>Something that QEMU does and should not, described in docs/qemu-findings.md under the same name: what it has been seen to
/// come to, by version. Races have several outcomes, and the right one may be among them.</summary>
/// <param name="Name">The heading in docs/qemu-findings.md.</param>
/// <param name="Right">What it should come to.</param>
/// <param name="Seen">What it has come to instead, and in which versions; in the words of <see cref="Of"/>.</param>
/// <param name="Race">Whether the right outcome has been seen too: then it says nothing when it is seen again.</param>
internal sealed record KnownMisbehaviour(string Name, string Right, (string Versions, string Outcome)[] Seen, bool Race = false)
{
    /// <summary>The outcome in words: both statuses, who has the guest, and who ended.</summary>
    public static string Of(VfioMigrationOutcome outcome)
    {
        string guests = string.Join(
            " and ", outcome.Migration.Guests.Select(side => side == outcome.Migration.Source ? "source" : "destination"));
        string ended = string.Concat(
            new[] { ("source", outcome.Source.Exit), ("destination", outcome.Destination.Exit) }
                .Where(side => side.Item2 is not null).Select(side => $", {side.Item1} ended with {side.Item2}"));
        return $"source {outcome.Migration.Source.Status}, destination {outcome.Migration.Destination.Status}, " +
            $"guest on {(guests.Length == 0 ? "neither" : guests)}{ended}";
    }

    /// <summary>Asserts that it came to something that is known. What is right fails too, unless it is a race: then it is time to take
    /// the entry out.</summary>
    public void Assert(string outcome)
    {
        if (outcome == Right)
        {
            if (!Race)
                global::NUnit.Framework.Assert.Fail(
                    $"This QEMU behaves: {outcome}. Make an ordinary scenario of this test, and tell docs/qemu-findings.md (\"{Name}\") since when.");
            return;
        }

        global::NUnit.Framework.Assert.That(
            Seen.Select(seen => seen.Outcome), Does.Contain(outcome), $"an outcome of \"{Name}\" that has not been seen before");
    }
}
