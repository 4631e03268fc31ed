using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test results</c>: what a run of <c>dotnet test</c> came to, from its TRX files and the tests' records.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var trx = new Option<DirectoryInfo>("--trx") { Description = "The folder with the run's TRX files.", Required = true };
        var records = new Option<DirectoryInfo?>("--records") { Description = "The folder with the tests' records, to print what each scenario reports." };
        var junit = new Option<FileInfo?>("--junit") { Description = "A file to write the results to as JUnit XML, which CI systems show." };
        var command = new Command("results", "Prints scenarios, failures and skips with their reasons, and counts the tests of a run.") { trx, records, junit };
        command.SetAction(parsed => Print(parsed.GetRequiredValue(trx), parsed.GetValue(records), parsed.GetValue(junit)));
        return command;
    }

    private static int Print(DirectoryInfo trx, DirectoryInfo? records, FileInfo? junit)
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

        if (junit is not null)
            JUnitFile.Write(results, junit.FullName);
        if (records is not null)
            ScenarioReport.Print(records.FullName, Console.Out);
        PrintByReason("FAILED", results.Failed);
        PrintByReason("SKIPPED", results.Skipped);
        Console.WriteLine($"{results.Passed.Count} passed, {results.Failed.Count} failed, {results.Skipped.Count} skipped");
        return results.Failed.Count == 0 && results.Passed.Count > 0 ? 0 : 1;
    }

    // One cause may fail a hundred tests; it is told once.
    private static void PrintByReason(string verdict, IReadOnlyList<TestResult> tests)
    {
        foreach (IGrouping<string, TestResult> cause in tests.GroupBy(t => t.Reason))
        {
            Console.WriteLine($"{verdict}: {cause.Key}");
            foreach (TestResult test in cause)
                Console.WriteLine($"    {test.Name}");
        }
    }
}
