using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace QemuTest.Tests.Host;

/// <summary>Runs a fixture with NUnit alone. Under emulation, a complete test runner takes a minute to start.</summary>
internal static class FixtureRun
{
    /// <summary>Runs the fixture, and prints one line per test: result, name, and message if there is one.</summary>
    /// <param name="assembly">The path of the test assembly.</param>
    /// <param name="fixture">The full name of the fixture.</param>
    /// <param name="workFolder">The work folder of NUnit.</param>
    /// <returns>0 if tests ran and all passed; otherwise 1.</returns>
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
