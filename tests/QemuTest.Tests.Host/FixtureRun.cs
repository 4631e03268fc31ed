using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.Tests.Host;

/// <summary>Runs a fixture with NUnit and nothing else: under emulation, a whole test runner takes a minute to start.</summary>
internal static class FixtureRun
{
    /// <summary>Runs it, and prints a line a test: the verdict, the name, the message if there is one.</summary>
    /// <param name="assembly">The path of the tests' assembly.</param>
    /// <param name="fixture">The fixture's full name.</param>
    /// <param name="workFolder">NUnit's work folder.</param>
    /// <returns>0 if tests ran and all passed, else 1.</returns>
    public static int Run(string assembly, string fixture, string workFolder)
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(Assembly.LoadFrom(assembly), new Dictionary<string, object>
        {
            ["LOAD"] = new List<string> { fixture },
            ["NumberOfTestWorkers"] = 1,
            ["WorkDirectory"] = workFolder,
        });
        ITestResult result = runner.Run(TestListener.NULL, TestFilter.FromXml($"<filter><class>{fixture}</class></filter>"));
        ITestResult[] tests = [.. Leaves(result)];
        foreach (ITestResult test in tests)
            Console.WriteLine($"{test.ResultState.Status} {test.FullName} {test.Message}".TrimEnd());
        return tests.Length > 0 && tests.All(test => test.ResultState.Status == TestStatus.Passed) ? 0 : 1;
    }

    private static IEnumerable<ITestResult> Leaves(ITestResult result) =>
        result.Test.IsSuite ? result.Children.SelectMany(Leaves) : [result];
}
