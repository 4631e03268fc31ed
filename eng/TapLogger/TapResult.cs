namespace QemuTest.Tap;

/// <summary>One test's result, as TAP can tell it.</summary>
/// <param name="Name">The test's full name.</param>
internal sealed record TapResult(string Name)
{
    public required TapVerdict Verdict { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed or was skipped.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the test printed: for a failed test, its report.</summary>
    public string Output { get; init; } = "";
}
