using System.Diagnostics;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace QemuTest.NUnit;

/// <summary>Reruns a test that meets a known crash of QEMU, as long as all attempts together fit into the test's timeout. Each attempt has
/// its own instance, set-up and timeout. Any other result stands.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RerunAttribute : NUnitAttribute, ITestAction, IRepeatTest
{
    public ActionTargets Targets => ActionTargets.Suite;

    // NUnit looks for IRepeatTest on methods only, when it starts a test. A loaded assembly may run several times.
    public void BeforeTest(ITest test)
    {
        foreach (TestMethod method in MethodsOf(test).Where(method => method.Method is not RerunMethod))
            method.Method = new RerunMethod(method.Method, this);
    }

    public void AfterTest(ITest test)
    {
    }

    public TestCommand Wrap(TestCommand command) => new RerunCommand(command);

    private static IEnumerable<TestMethod> MethodsOf(ITest test) =>
        test is TestMethod method ? [method] : test.Tests.SelectMany(MethodsOf);

    private sealed class RerunCommand(TestCommand innerCommand) : DelegatingTestCommand(innerCommand)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan longest = TimeSpan.Zero;
            for (int attempt = 1; ; attempt++)
            {
                long attemptStart = Stopwatch.GetTimestamp();
                context.CurrentResult = innerCommand.Execute(context);
                if (KnownCrash.Of(context.CurrentResult) is not { } sighting)
                    return context.CurrentResult;
                if (sighting.Known.Always)
                    return context.CurrentResult;

                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(attemptStart).Ticks));
                if (Stopwatch.GetElapsedTime(start) + longest > TimeoutOf(context))
                {
                    string attempts = attempt == 1 ? "in the one attempt that the timeout allows" : $"in each of {attempt} attempts";
                    KnownCrash.Set(context.CurrentResult, sighting with { What = $"{sighting.What}; {attempts}" });
                    return context.CurrentResult;
                }

                TestContext.Progress.WriteLine($"{context.CurrentTest.FullName} is run again: {sighting.Reason}");
                context.CurrentResult = context.CurrentTest.MakeTestResult();
                context.CurrentRepeatCount++;
            }
        }

        // The test's own timeout, or else that of its fixture.
        private static TimeSpan TimeoutOf(TestExecutionContext context) =>
            TimeSpan.FromMilliseconds(context.CurrentTest.Properties.Get(PropertyNames.Timeout) as int? ?? context.TestCaseTimeout);
    }
}
