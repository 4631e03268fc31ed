namespace QemuTest.VfioStudy;

/// <summary>The result of a study: the plan, the circumstances, and every migration.</summary>
internal sealed record StudyResult(StudyPlan Plan, IReadOnlyDictionary<string, string> Circumstances, IReadOnlyList<StudyCell> Cells);

/// <summary>The migrations of one combination with the transfer on or off.</summary>
/// <param name="Block">The combination.</param>
/// <param name="Transfer">The devices' <c>x-migration-multifd-transfer</c>.</param>
/// <param name="Properties">The properties and parameters that were in effect, as QEMU reports them.</param>
/// <param name="Samples">The migrations that completed with every device's state accepted, in order.</param>
/// <param name="Failures">The outcomes of the other migrations.</param>
internal sealed record StudyCell(
    StudyBlock Block,
    string Transfer,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<StudySample> Samples,
    IReadOnlyList<string> Failures);

/// <summary>One migration. Times are in milliseconds.</summary>
/// <param name="Downtime">The downtime, as the source reports it.</param>
/// <param name="Outage">The time from the stop of the first device to the start of the last, by the devices' histories.</param>
/// <param name="Total">The total time, as the source reports it.</param>
/// <param name="Saving">The largest number of devices saving at the same time.</param>
/// <param name="Loading">The largest number of devices loading at the same time.</param>
/// <param name="Load">The host's load average over one minute.</param>
internal sealed record StudySample(double Downtime, double Outage, double Total, int Saving, int Loading, double Load);
