using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.Tests.Fixtures;

/// <summary>Runs a sample fixture with NUnit itself, so that set-up, tear-down and result are the real ones.</summary>
internal static class NestedRun
{
    /// <summary>Runs a fixture with one test, or one test of a fixture.</summary>
    public static async Task<ITestResult> RunAsync(Type fixture, string? test = null) => (await RunAllAsync(fixture, test)).Single();

    /// <summary>Runs a fixture, or one test of it, and returns the result of each test.</summary>
    public static Task<IReadOnlyList<ITestResult>> RunAllAsync(Type fixture, string? test = null)
    {
        string workDirectory = TestContext.CurrentContext.WorkDirectory;
        var done = new TaskCompletionSource<IReadOnlyList<ITestResult>>(TaskCreationOptions.RunContinuationsAsynchronously);

        // On its own thread and without this test's context: the inner run has its own.
        using (ExecutionContext.SuppressFlow())
        {
            var thread = new Thread(() =>
            {
                try
                {
                    done.SetResult([.. Leaves(Run(fixture, test, workDirectory))]);
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            });
            thread.Start();
        }

        return done.Task.WaitAsync(Timeouts.Scale(TimeSpan.FromMinutes(2)));
    }

    private static ITestResult Run(Type fixture, string? test, string workDirectory)
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(fixture.Assembly, new Dictionary<string, object>
        {
            ["NumberOfTestWorkers"] = 1,
            // NUnit keeps the work folder in a static field: another folder here would move the outer tests' folder too.
            ["WorkDirectory"] = workDirectory,
        });
        string filter = test is null ? $"<class>{fixture.FullName}</class>" : $"<test>{fixture.FullName}.{test}</test>";
        return runner.Run(TestListener.NULL, TestFilter.FromXml($"<filter>{filter}</filter>"));
    }

    private static IEnumerable<ITestResult> Leaves(ITestResult result) =>
        result.Test.IsSuite ? result.Children.SelectMany(Leaves) : [result];
}
