namespace QemuTest.NUnit;

/// <summary>One part of a failure report.</summary>
/// <param name="Title">What it is, for example <c>console of 'default', last lines</c>.</param>
/// <param name="Text">The evidence; several lines are indented when shown.</param>
internal sealed record FailureSection(string Title, string Text);
