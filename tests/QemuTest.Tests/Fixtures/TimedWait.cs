namespace QemuTest.Tests.Fixtures;

/// <summary>A method that sets a timeout of .NET.</summary>
/// <param name="Method">The method as written in the source, with its type.</param>
/// <param name="Wait">The method of .NET that takes the time.</param>
/// <param name="IsScaled">Whether the method, or every caller that gives it the time, calls <c>Timeouts.Scale</c>.</param>
internal sealed record TimedWait(string Method, string Wait, bool IsScaled)
{
    public override string ToString() => $"{Method}: {Wait}";
}
