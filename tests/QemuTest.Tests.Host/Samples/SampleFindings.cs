using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>The catalog of a user.</summary>
public sealed class SampleFindings : IKnownMisbehaviors
{
    private const string Document = "docs/sample.md";

    private SampleFindings()
    {
    }

    /// <summary>Gets a misbehavior that a test provokes.</summary>
    public static KnownMisbehavior Provoked { get; } = new("It answers wrongly", Document)
    {
        RightOutcomes = ["right"],
        WrongOutcomes = [new("wrong", "10.0.2")],
    };

    /// <inheritdoc/>
    public static IReadOnlyList<KnownMisbehavior> All { get; } =
    [
        new("It aborts elsewhere", Document) { Areas = ["Elsewhere"], Crashes = [new("other_area", "false", "10.0.2")] },
        new("It aborts", Document) { Areas = ["Sample"], FixedIn = "11.1.3", Crashes = [new("thread_pool_set_max_threads", "max_threads > 0", "10.0.2")] },
        Provoked,
    ];
}
