using System.Diagnostics;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace QemuTest.Functional.Vfio;

/// <summary>Reruns a test that meets a known crash of QEMU, which any migration of two devices over multifd can meet, as long as all runs
/// together fit into the test's timeout. If each run meets it, the test is skipped: it neither passes nor fails. Any other failure
/// stands.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RerunAfterKnownCrashAttribute : NUnitAttribute, IRepeatTest
{
    /// <summary>The message of the crash.</summary>
    public const string Crash = "thread_pool_set_max_threads: Assertion `max_threads > 0' failed";

    /// <summary>The crash's heading in docs/qemu-findings.md.</summary>
    public const string Finding = "The source aborts";

    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new RerunCommand(command);

    private sealed class RerunCommand(TestCommand innerCommand) : DelegatingTestCommand(innerCommand)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan longest = TimeSpan.Zero;
            for (int run = 1; ; run++)
            {
                long runStart = Stopwatch.GetTimestamp();
                context.CurrentResult = innerCommand.Execute(context);
                if (context.CurrentResult.ResultState.Status != TestStatus.Failed
                    || !context.CurrentResult.Message.Contains(Crash, StringComparison.Ordinal))
                    return context.CurrentResult;

                TestResult crashed = context.CurrentResult;
                context.CurrentResult = context.CurrentTest.MakeTestResult();
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(runStart).Ticks));
                if (Stopwatch.GetElapsedTime(start) + longest > TimeSpan.FromMilliseconds(context.TestCaseTimeout))
                {
                    context.CurrentResult.SetResult(
                        ResultState.Ignored,
                        $"known misbehavior \"{Finding}\" (docs/qemu-findings.md): QEMU crashed in each of {run} runs, and the test's timeout allows no other. " +
                        $"The last run: {crashed.Message}");
                    return context.CurrentResult;
                }

                TestContext.Progress.WriteLine($"{context.CurrentTest.FullName} met the known misbehavior \"{Finding}\" and is run again: {Crash}");
            }
        }
    }
}
