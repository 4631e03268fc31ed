using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace QemuTest.Functional.Vfio;

/// <summary>Runs a test again, and says so, if it met the one crash of QEMU's that any migration of two devices over multifd can meet:
/// a race in the source (docs/qemu-findings.md, "The source aborts"). Any other failure stands.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RerunAfterKnownCrashAttribute : NUnitAttribute, IRepeatTest
{
    private const string Crash = "thread_pool_set_max_threads: Assertion `max_threads > 0' failed";
    private const int Attempts = 3;

    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new RerunCommand(command);

    private sealed class RerunCommand(TestCommand innerCommand) : DelegatingTestCommand(innerCommand)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            for (int attempt = 1; ; attempt++)
            {
                context.CurrentResult = innerCommand.Execute(context);
                if (attempt == Attempts || !context.CurrentResult.Message.Contains(Crash, StringComparison.Ordinal))
                    return context.CurrentResult;
                TestContext.Progress.WriteLine($"{context.CurrentTest.FullName} met a known crash of QEMU's and is run again: {Crash}");
                context.CurrentResult = context.CurrentTest.MakeTestResult();
            }
        }
    }
}
