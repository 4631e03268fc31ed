namespace QemuTest.NUnit;

/// <summary>One part of a failure report.</summary>
/// <param name="Title">The title, for example <c>console of 'default', last lines</c>.</param>
/// <param name="Text">The evidence, in any number of lines.</param>
internal sealed record FailureSection(string Title, string Text);
