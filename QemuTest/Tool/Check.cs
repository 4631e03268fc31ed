namespace QemuTest.Tool;

/// <summary>One finding of the doctor's.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Good">Whether it can be used.</param>
/// <param name="Required">Whether every run needs it.</param>
/// <param name="Finding">What was found, or what is wrong and how to mend it.</param>
internal sealed record Check(string Subject, bool Good, bool Required, string Finding);
