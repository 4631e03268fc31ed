using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test results</c>: the results of a run of <c>dotnet test</c>, from its TRX files and the tests' records.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var trx = new Option<DirectoryInfo>("--trx") { Description = "The folder with the run's TRX files.", Required = true };
        var records = new Option<DirectoryInfo?>("--records") { Description = "The folder with the tests' records. The facts of each scenario are printed too." };
        var command = new Command("results", "Prints the scenarios, failures and skips of a run with their reasons, and counts its tests. Exit code 1 if a test failed or none passed.") { trx, records };
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
        PrintByReason("FAILED", results.Failed);
        PrintByReason("SKIPPED", results.Skipped);
        Console.WriteLine($"{results.Passed.Count} passed, {results.Failed.Count} failed, {results.Skipped.Count} skipped");
        return results.Failed.Count == 0 && results.Passed.Count > 0 ? 0 : 1;
    }

    // One cause may fail a hundred tests. It is printed once.
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
