using System.Globalization;
using System.Xml.Linq;
using QemuTest.Tap;

namespace QemuTest.Tool;

/// <summary>What the TRX files of a run say, added up.</summary>
internal sealed record RunResults(IReadOnlyList<TestResult> Tests)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public IReadOnlyList<TestResult> Passed => Of(TestOutcome.Passed);

    public IReadOnlyList<TestResult> Failed => Of(TestOutcome.Failed);

    public IReadOnlyList<TestResult> Skipped => Of(TestOutcome.Skipped);

    /// <exception cref="FormatException">There is no TRX file.</exception>
    public static RunResults Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.trx") : [];
        if (files.Length == 0)
            throw new FormatException($"there is no .trx file in {folder}; the run ended before any test did");
        return new RunResults([.. files.Order(StringComparer.Ordinal).SelectMany(file => Read(XDocument.Load(file)))]);
    }

    private static IEnumerable<TestResult> Read(XDocument file)
    {
        ILookup<string?, string?> fixtures = file.Descendants(Trx + "UnitTest")
            .ToLookup(test => (string?)test.Attribute("id"), test => (string?)test.Element(Trx + "TestMethod")?.Attribute("className"));
        foreach (XElement result in file.Descendants(Trx + "UnitTestResult"))
        {
            string name = (string?)result.Attribute("testName") ?? "(unnamed)";
            string verdict = (string?)result.Attribute("outcome") ?? "(none)";
            TestResult test = verdict switch
            {
                "Passed" => new(name, TestOutcome.Passed, ""),
                "NotExecuted" => new(name, TestOutcome.Skipped, Reason(result)),
                _ => new(name, TestOutcome.Failed, $"{verdict}: {Reason(result)}"), // Failed, Error, Timeout, Aborted
            };
            yield return test with
            {
                Fixture = fixtures[(string?)result.Attribute("testId")].FirstOrDefault() ?? test.Fixture,
                Duration = TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out TimeSpan duration) ? duration : TimeSpan.Zero,
                Output = Text(result, "StdOut"),
            };
        }
    }

    private static string Reason(XElement result)
    {
        string message = Text(result, "Message");
        string reason = message.Length > 0 ? message : Text(result, "StdOut");
        return reason.Length > 0 ? PhasePrefix.Strip(reason) : "(no reason given)";
    }

    private static string Text(XElement result, string element) => result.Descendants(Trx + element).FirstOrDefault()?.Value.Trim() ?? "";

    private IReadOnlyList<TestResult> Of(TestOutcome outcome) => [.. Tests.Where(test => test.Outcome == outcome)];
}
