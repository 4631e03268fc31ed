using QemuTest.NUnit;

namespace QemuTest.Vfio;

/// <summary>The known misbehaviors of QEMU in VFIO migration. They apply to every VFIO test; a test that provokes one also names its
/// entry.</summary>
public sealed class VfioFindings : IKnownMisbehaviors
{
    private const string Document = "docs/qemu-findings.md";

    private const string BothFailed = "source failed, destination failed, guest on source";
    private const string BothCompleted = "source completed, destination completed, guest on destination";
    private const string CompletedAndFailed = "source completed, destination failed, guest on neither";
    private const string CompletedAndHung = "source completed, destination no answer, guest on neither";
    private const string DeviceAndHung = "source device, destination no answer, guest on neither";
    private const string SetupAndHung = "source setup, destination no answer, guest on source";
    private const string Killed = "destination ended with signal 9 (SIGKILL)";
    private const string CancelledLate =
        "MIGRATION setup, pre-copy, MIGRATION active, pre-copy-p2p, stop-copy, STOP, MIGRATION pre-switchover, MIGRATION cancelling, ";

    private static readonly string[] AreasOfVfio = ["Vfio", "VfioHost"];

    private VfioFindings()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<KnownMisbehavior> All =>
    [
        SourceAborts,
        UnexpectedState, UnexpectedStateWithoutReturnPath,
        OneDeviceMore,
        RefusedState,
        LostGuest,
        TwoGuests,
        NoReturnPath,
        FewerChannels,
        LostChannels,
        CancelledIsCalledFailed,
        DeviceRunsFirst,
        DestinationDies,
    ];

    /// <summary>Gets the crash of a source with several devices and multifd.</summary>
    public static KnownMisbehavior SourceAborts { get; } = new("The source aborts", Document)
    {
        Areas = AreasOfVfio,
        FixedIn = "11.1.3",
        Crashes = [new("thread_pool_set_max_threads", "max_threads > 0", "10.0.2")],
        RightOutcomes = [BothCompleted],
        WrongOutcomes = [new("source gone, destination failed, guest on neither, source ended with signal 6 (SIGABRT)", "10.0.2")],
    };

    /// <summary>Gets the hang of a destination with transfer <c>off</c> that gets state over multifd, with the return path.</summary>
    public static KnownMisbehavior UnexpectedState { get; } = new("The destination hangs on state that it does not expect", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes =
        [
            new(DeviceAndHung, "10.0.2", "10.0.13", "11.1.3"),
            new(CompletedAndHung, "10.0.2"),
            new(CompletedAndFailed, "10.0.2", "11.1.3"),
            new("source no answer, destination active, guest on neither", "10.0.2"),
            new("source failed, destination no answer, guest on source", "10.0.2"),
        ],
    };

    /// <summary>Gets <see cref="UnexpectedState"/> without the return path, where the source cannot know.</summary>
    public static KnownMisbehavior UnexpectedStateWithoutReturnPath { get; } = new(UnexpectedState.Finding, Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [CompletedAndFailed, BothFailed],
        WrongOutcomes = [new(CompletedAndHung, "10.0.2", "10.0.13", "11.1.3")],
    };

    /// <summary>Gets the hang where the destination has a device that the source lacks.</summary>
    public static KnownMisbehavior OneDeviceMore { get; } = new("Both sides hang when the destination has a device more", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes = [new(DeviceAndHung, "10.0.2", "10.0.13", "11.1.3")],
    };

    /// <summary>Gets the reset of a device whose state is refused or missing.</summary>
    public static KnownMisbehavior RefusedState { get; } = new("A device that refuses its state is reset, and both sides say completed", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes = [new(BothCompleted, "10.0.2", "10.0.13", "11.1.3")],
    };

    /// <summary>Gets the loss of the guest where a device cannot load over multifd.</summary>
    public static KnownMisbehavior LostGuest { get; } = new("The guest is lost when loading over multifd fails", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes = [new(CompletedAndFailed, "10.0.2", "11.1.3")],
    };

    /// <summary>Gets the guest that runs on both sides after a cancellation while the destination loads.</summary>
    public static KnownMisbehavior TwoGuests { get; } = new("A migration cancelled in the switchover leaves two guests that run", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = ["source cancelled, destination failed, guest on source", BothCompleted],
        WrongOutcomes =
        [
            new("source cancelled, destination completed, guest on source and destination", "10.0.2", "11.1.3"),
            // Together with CancelledIsCalledFailed.
            new("source failed, destination completed, guest on source and destination", "10.0.2"),
        ],
    };

    /// <summary>Gets the failed migration that a source without the return path calls completed.</summary>
    public static KnownMisbehavior NoReturnPath { get; } = new("Without the return path a failed migration is called completed", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes = [new(CompletedAndFailed, "10.0.2", "11.1.3")],
    };

    /// <summary>Gets the hang where the destination has fewer channels than the source.</summary>
    public static KnownMisbehavior FewerChannels { get; } = new("Both sides hang when the destination expects fewer channels", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [BothFailed],
        WrongOutcomes = [new(SetupAndHung, "10.0.2", "11.1.3")],
    };

    /// <summary>Gets the second migration that fails after the first one lost its channels.</summary>
    public static KnownMisbehavior LostChannels { get; } = new("A source that lost its channels in setup may never migrate again", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = ["migrates"],
        WrongOutcomes = [new("duplicate yank instance", "10.0.2"), new(SetupAndHung, "10.0.2 to 11.1.3", "11.1.3")],
    };

    /// <summary>Gets the status of a migration that is cancelled in pre-copy.</summary>
    public static KnownMisbehavior CancelledIsCalledFailed { get; } = new("A migration that was cancelled is called failed", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = ["source cancelled"],
        WrongOutcomes = [new("source failed", "10.0.2")],
    };

    /// <summary>Gets the order of events of a migration that is cancelled in pre-switchover.</summary>
    public static KnownMisbehavior DeviceRunsFirst { get; } = new("A device runs before its guest when a migration is cancelled late", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = [CancelledLate + "RESUME, running-p2p, running, MIGRATION cancelled"],
        WrongOutcomes = [new(CancelledLate + "running, RESUME, running-p2p, running, MIGRATION cancelled", "11.1.3")],
    };

    /// <summary>Gets the hang of a source whose destination is killed in pre-switchover.</summary>
    public static KnownMisbehavior DestinationDies { get; } = new("A source whose destination dies in the switchover may hang", Document)
    {
        Areas = AreasOfVfio,
        RightOutcomes = ["source failed, destination gone, guest on source, " + Killed],
        WrongOutcomes = [new("source no answer, destination gone, guest on neither, " + Killed, "10.0.2")],
    };
}
