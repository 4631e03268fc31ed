namespace QemuTest.Tool;

/// <summary>One finding of <c>qemu-test doctor</c>.</summary>
/// <param name="Subject">The thing that was examined.</param>
/// <param name="Good">Whether it can be used.</param>
/// <param name="Required">Whether every run needs it.</param>
/// <param name="Finding">What was found, or what is wrong and how to fix it.</param>
internal sealed record Check(string Subject, bool Good, bool Required, string Finding);
