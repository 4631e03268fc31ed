using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The time that each test may take before its token is canceled: NUnit's <c>[CancelAfter]</c>, multiplied by
/// <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>; if that is unset or <c>auto</c>, by a factor that is measured once per process. On a fixture, it applies to each test. <see cref="QemuBaseTest"/> has 90 s.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = true)]
public sealed class TestTimeoutAttribute : CancelAfterAttribute
{
    /// <summary>Sets the timeout.</summary>
    /// <param name="seconds">The timeout in seconds, before multiplication.</param>
    public TestTimeoutAttribute(int seconds)
        : base((int)MeasuredTimeouts.Scale(TimeSpan.FromSeconds(seconds)).TotalMilliseconds)
    {
        Seconds = seconds;
    }

    /// <summary>Gets the timeout in seconds, before multiplication.</summary>
    public int Seconds { get; }
}
