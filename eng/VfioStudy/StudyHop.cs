namespace QemuTest.VfioStudy;

/// <summary>One migration: the sample, the properties in effect, and the data of both sides.</summary>
internal sealed record StudyHop(
    StudySample Sample, IReadOnlyDictionary<string, string> Properties, StudySide Source, StudySide Destination);
