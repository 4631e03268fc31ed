using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.Tests.Fixtures;

/// <summary>Runs a sample fixture with NUnit itself, so that set-up, tear-down and verdict are the real ones.</summary>
internal static class NestedRun
{
    /// <summary>Runs the only test of a fixture, or the one of that name.</summary>
    public static Task<ITestResult> RunAsync(Type fixture, string? test = null)
    {
        string workDirectory = TestContext.CurrentContext.WorkDirectory;
        var done = new TaskCompletionSource<ITestResult>(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own, without this test's context: the inner run has its own.
        using (ExecutionContext.SuppressFlow())
        {
            var thread = new Thread(() =>
            {
                try
                {
                    done.SetResult(Run(fixture, test, workDirectory));
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            });
            thread.Start();
        }

        return done.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private static ITestResult Run(Type fixture, string? test, string workDirectory)
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(fixture.Assembly, new Dictionary<string, object>
        {
            ["NumberOfTestWorkers"] = 1,
            // NUnit keeps the work folder in a static: another one here would move the outer tests' folder too.
            ["WorkDirectory"] = workDirectory,
        });
        string filter = test is null ? $"<class>{fixture.FullName}</class>" : $"<test>{fixture.FullName}.{test}</test>";
        ITestResult result = runner.Run(TestListener.NULL, TestFilter.FromXml($"<filter>{filter}</filter>"));
        while (result.HasChildren)
            result = result.Children.Single();
        return result;
    }
}
