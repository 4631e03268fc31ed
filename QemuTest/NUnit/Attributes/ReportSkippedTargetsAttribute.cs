using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace QemuTest.NUnit;

/// <summary>When the tests of an assembly have run with <c>QEMU_TEST_QEMU_BINARY</c> set, one line tells for which other binaries
/// tests were left out, and how many. A test assembly asks for it with <c>[assembly: ReportSkippedTargets]</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ReportSkippedTargetsAttribute : NUnitAttribute, ITestAction
{
    /// <inheritdoc/>
    public ActionTargets Targets => ActionTargets.Suite;

    /// <inheritdoc/>
    public void BeforeTest(ITest test)
    {
    }

    /// <inheritdoc/>
    public void AfterTest(ITest test)
    {
        // What is written to the error stream reaches the console at every verbosity.
        if (SkippedTargets.Describe() is { } text)
            TestContext.Error.WriteLine(text);
    }
}
