namespace QemuTest.NUnit;

/// <summary>A wrong outcome of a test that provokes a known misbehavior.</summary>
public sealed class WrongOutcome
{
    /// <summary>Creates an outcome.</summary>
    /// <param name="outcome">The outcome in words, as the test describes it.</param>
    /// <param name="seenIn">The versions with which it was seen: <c>10.0.2</c>, or <c>10.0.2 to 11.1.3</c> where source and destination
    /// differ.</param>
    /// <exception cref="ArgumentException">The outcome is empty.</exception>
    public WrongOutcome(string outcome, params string[] seenIn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outcome);
        ArgumentNullException.ThrowIfNull(seenIn);
        Outcome = outcome;
        SeenIn = seenIn;
    }

    /// <summary>Gets the outcome in words.</summary>
    public string Outcome { get; }

    /// <summary>Gets the versions with which it was seen.</summary>
    public IReadOnlyList<string> SeenIn { get; }
}
