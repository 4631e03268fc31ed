namespace QemuTest.VfioStudy;

/// <summary>A migration cannot be counted.</summary>
internal sealed class StudyException(string message) : Exception(message);
