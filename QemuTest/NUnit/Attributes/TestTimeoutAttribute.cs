using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>How long each test may take before its token is cancelled: NUnit's <c>[CancelAfter]</c>, multiplied by
/// <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>. On a fixture it is for each test of it; <see cref="QemuBaseTest"/> has 90 s, which is what
/// upstream gives a whole file.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = true)]
public sealed class TestTimeoutAttribute : CancelAfterAttribute
{
    /// <summary>Sets the limit.</summary>
    /// <param name="seconds">The limit in seconds, before the factor.</param>
    public TestTimeoutAttribute(int seconds)
        : base((int)Timeouts.Scale(TimeSpan.FromSeconds(seconds)).TotalMilliseconds)
    {
        Seconds = seconds;
    }

    /// <summary>The limit in seconds, before the factor.</summary>
    public int Seconds { get; }
}
