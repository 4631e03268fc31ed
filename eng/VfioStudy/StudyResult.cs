namespace QemuTest.VfioStudy;

/// <summary>A whole study: what was asked for, on what, and every migration.</summary>
internal sealed record StudyResult(StudyPlan Plan, IReadOnlyDictionary<string, string> Circumstances, IReadOnlyList<StudyCell> Cells);

/// <summary>The migrations of one combination with the transfer on or off.</summary>
/// <param name="Block">The combination.</param>
/// <param name="Transfer">The devices' <c>x-migration-multifd-transfer</c>.</param>
/// <param name="Properties">The properties and parameters that were in effect, as QEMU tells them.</param>
/// <param name="Samples">The migrations that completed with every device's state accepted, in order.</param>
/// <param name="Failures">What the others came to.</param>
internal sealed record StudyCell(
    StudyBlock Block,
    string Transfer,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<StudySample> Samples,
    IReadOnlyList<string> Failures);

/// <summary>One migration. Times are milliseconds.</summary>
/// <param name="Downtime">What the source reports.</param>
/// <param name="Outage">Seen from the devices: from the first that no longer works for the guest to the last that works again.</param>
/// <param name="Total">The migration's whole time, as the source reports it.</param>
/// <param name="Saving">The most devices that were being read at once.</param>
/// <param name="Loading">The most devices that were being written at once.</param>
/// <param name="Load">The host's load average over a minute.</param>
internal sealed record StudySample(double Downtime, double Outage, double Total, int Saving, int Loading, double Load);
