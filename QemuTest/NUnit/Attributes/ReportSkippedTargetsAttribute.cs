using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace QemuTest.NUnit;

/// <summary>Prints one line after the tests of an assembly if <c>QEMU_TEST_QEMU_BINARY</c> is set: the number of tests skipped because they
/// are for other binaries. Use it as <c>[assembly: ReportSkippedTargets]</c>.</summary>
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
        // The console shows the error stream at every verbosity.
        if (SkippedTargets.Describe() is { } text)
            TestContext.Error.WriteLine(text);
    }
}
