namespace QemuTest.Tap;

/// <summary>The result of one test, for TAP.</summary>
/// <param name="Name">The test's full name.</param>
internal sealed record TapResult(string Name)
{
    public required TapVerdict Verdict { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>The reason of a failure or a skip.</summary>
    public string Message { get; init; } = "";

    /// <summary>The output of the test. For a failed test, its report.</summary>
    public string Output { get; init; } = "";

    /// <summary>The reason of a skip. Some adapters write it to the output only.</summary>
    public string Reason => PhasePrefix.Strip(Message.Length > 0 ? Message : Output);
}
