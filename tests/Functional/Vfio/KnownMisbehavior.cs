using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>A misbehavior of QEMU, described in docs/qemu-findings.md: the right outcome, and the wrong ones seen so far.</summary>
/// <param name="Finding">The heading in docs/qemu-findings.md.</param>
/// <param name="Right">The right outcome, in the words of <see cref="Of"/>.</param>
/// <param name="Seen">The wrong outcomes, and the versions in which they were seen.</param>
internal sealed record KnownMisbehavior(string Finding, string Right, params (string Versions, string Outcome)[] Seen)
{
    /// <summary>Gets an outcome in words: both statuses, the sides with a guest, and the exits.</summary>
    public static string Of(VfioMigrationOutcome outcome)
    {
        string guests = string.Join(" and ", outcome.Guests.Select(side => side == outcome.Source ? "source" : "destination"));
        return $"source {Status(outcome.Source)}, destination {Status(outcome.Destination)}, " +
            $"guest on {(guests.Length == 0 ? "neither" : guests)}{Exit("source", outcome.Source)}{Exit("destination", outcome.Destination)}";
    }

    /// <summary>Asserts that QEMU misbehaves as before. Fails when QEMU behaves.</summary>
    public void AssertSeen(string outcome)
    {
        Assert.That(
            outcome, Is.Not.EqualTo(Right),
            $"This QEMU no longer has the bug. Turn this into a regular test, and update \"{Finding}\" in docs/qemu-findings.md.");
        AssertKnown(outcome, Seen.Select(seen => seen.Outcome));
    }

    /// <summary>Asserts that the outcome is the right one or has been seen before.</summary>
    /// <returns>Which of the two, for the test's record.</returns>
    public string Classify(string outcome)
    {
        if (outcome == Right)
            return "QEMU behaved";
        AssertKnown(outcome, [Right, .. Seen.Select(seen => seen.Outcome)]);
        return $"the known misbehavior was seen (before in {string.Join("; ", Seen.Where(seen => seen.Outcome == outcome).Select(seen => seen.Versions))})";
    }

    private void AssertKnown(string outcome, IEnumerable<string> known) =>
        Assert.That(known, Does.Contain(outcome), $"\"{Finding}\" in docs/qemu-findings.md does not have this outcome");

    private static string Status(VfioMigrationSide side) => side.Monitor switch
    {
        MonitorState.NoAnswer => "no answer",
        MonitorState.Gone => "gone",
        _ => $"{side.Status}",
    };

    private static string Exit(string name, VfioMigrationSide side) => side.Exit is { } exit ? $", {name} ended with {exit}" : "";
}
