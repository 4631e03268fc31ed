using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;
using QemuTest.Functional.Vfio;
using QemuTest.NUnit;

namespace QemuTest.Tests.Vfio;

[Quick]
public sealed class RerunAfterKnownCrashTests
{
    private const string Crash = $"source: {RerunAfterKnownCrashAttribute.Crash}.";
    private const int LongTimeout = 100_000;

    [Test]
    public void A_test_is_run_until_it_does_not_meet_the_known_crash()
    {
        (TestResult result, int runs) = Run(LongTimeout, [.. Enumerable.Repeat(Crash, 7), null]);

        Assert.That((result.ResultState, runs), Is.EqualTo((ResultState.Success, 8)));
    }

    [Test]
    public void Another_failure_stands_at_once()
    {
        (TestResult result, int runs) = Run(LongTimeout, [Crash, "something else", null]);

        Assert.That((result.ResultState, result.Message, runs), Is.EqualTo((ResultState.Failure, "something else", 2)));
    }

    [Test]
    public void A_test_that_meets_the_known_crash_until_its_timeout_is_skipped_with_the_finding()
    {
        (TestResult result, int runs) = Run(timeout: 0, [Crash, null]);

        Assert.Multiple(() =>
        {
            Assert.That((result.ResultState, runs), Is.EqualTo((ResultState.Ignored, 1)));
            Assert.That(result.Message, Does.StartWith("known misbehavior \"The source aborts\" (docs/qemu-findings.md)").And.Contain(Crash));
        });
    }

    [Test]
    public void The_findings_document_has_the_crash() => Assert.That(
        File.ReadAllText(Path.Combine(Checkout.Root, "docs/qemu-findings.md")),
        Does.Contain($"## {RerunAfterKnownCrashAttribute.Finding}\n").And.Contain(RerunAfterKnownCrashAttribute.Crash));

    private static (TestResult Result, int Runs) Run(int timeout, IReadOnlyList<string?> failures)
    {
        var test = new TestMethod(new MethodWrapper(typeof(object), nameof(ToString)));
        var command = new Scripted(test, failures);
        using (new TestExecutionContext.IsolatedContext())
        {
            var context = new TestExecutionContext { CurrentTest = test, CurrentResult = test.MakeTestResult(), TestCaseTimeout = timeout };
            return (new RerunAfterKnownCrashAttribute().Wrap(command).Execute(context), command.Runs);
        }
    }

    private sealed class Scripted(Test test, IReadOnlyList<string?> failures) : TestCommand(test)
    {
        public int Runs { get; private set; }

        public override TestResult Execute(TestExecutionContext context)
        {
            string? failure = failures[Runs++];
            TestResult result = Test.MakeTestResult();
            result.SetResult(failure is null ? ResultState.Success : ResultState.Failure, failure ?? "");
            return result;
        }
    }
}
