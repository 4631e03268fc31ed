using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test results</c>: the results of a run of <c>dotnet test</c>, from its TRX files and the tests' records.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var trx = new Option<DirectoryInfo>("--trx") { Description = "The folder with the run's TRX files.", Required = true };
        var records = new Option<DirectoryInfo?>("--records") { Description = "The folder with the tests' records. The facts of each scenario are printed too." };
        var command = new Command("results", "Prints the scenarios, failures, skips and known misbehaviors of a run with their reasons, and counts its tests. Exit code 1 if a test failed or all were skipped.") { trx, records };
        command.SetAction(parsed => Print(parsed.GetRequiredValue(trx), parsed.GetValue(records)));
        return command;
    }

    private static int Print(DirectoryInfo trx, DirectoryInfo? records)
    {
        RunResults results;
        try
        {
            results = RunResults.Read(trx.FullName);
        }
        catch (Exception error) when (error is IOException or System.Xml.XmlException or FormatException)
        {
            Console.Error.WriteLine($"error: the results of the run cannot be read: {error.Message}");
            return 2;
        }

        if (records is not null)
            ScenarioReport.Print(records.FullName, Console.Out);
        Print(results, Console.Out);
        return results.Failed.Count == 0 && results.Passed.Count + results.KnownMisbehaviors.Count > 0 ? 0 : 1;
    }

    /// <summary>Prints what did not pass, and the counts in the last line.</summary>
    internal static void Print(RunResults results, TextWriter output)
    {
        PrintByReason("FAILED", results.Failed, output);
        PrintByReason("SKIPPED", results.Skipped, output);
        PrintByReason("KNOWN MISBEHAVIOR", results.KnownMisbehaviors, output);
        if (results.KnownMisbehaviors.Count > 0)
            output.WriteLine($"{results.KnownMisbehaviors.Count} known misbehavior, not counted in the next line");
        output.WriteLine($"{results.Passed.Count} passed, {results.Failed.Count} failed, {results.Skipped.Count} skipped");
    }

    // One cause may fail a hundred tests. It is printed once.
    private static void PrintByReason(string verdict, IReadOnlyList<TestResult> tests, TextWriter output)
    {
        foreach (IGrouping<string, TestResult> cause in tests.GroupBy(t => t.Reason))
        {
            output.WriteLine($"{verdict}: {cause.Key}");
            foreach (TestResult test in cause)
                output.WriteLine(test.Detail.Length == 0 ? $"    {test.Name}" : $"    {test.Name}: {test.Detail.Split('\n')[0]}");
        }
    }
}
