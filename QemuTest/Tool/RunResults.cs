using System.Xml.Linq;
using QemuTest.Tap;

namespace QemuTest.Tool;

/// <summary>The results in all TRX files of a run.</summary>
internal sealed record RunResults(IReadOnlyList<TestResult> Tests)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public IReadOnlyList<TestResult> Passed => Of(TestOutcome.Passed);

    public IReadOnlyList<TestResult> Failed => Of(TestOutcome.Failed);

    public IReadOnlyList<TestResult> Skipped => Of(TestOutcome.Skipped);

    public IReadOnlyList<TestResult> KnownMisbehaviors => Of(TestOutcome.KnownMisbehavior);

    /// <summary>Reads every TRX file in a folder.</summary>
    /// <exception cref="FormatException">There is no TRX file.</exception>
    public static RunResults Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.trx") : [];
        if (files.Length == 0)
            throw new FormatException($"there is no .trx file in {folder}. Run the tests with --logger trx; if you did, no test was reached.");
        return new RunResults([.. files.Order(StringComparer.Ordinal).SelectMany(file => Read(XDocument.Load(file)))]);
    }

    private static IEnumerable<TestResult> Read(XDocument file)
    {
        foreach (XElement result in file.Descendants(Trx + "UnitTestResult"))
        {
            string name = (string?)result.Attribute("testName") ?? "(unnamed)";
            string verdict = (string?)result.Attribute("outcome") ?? "(none)";
            yield return verdict switch
            {
                "Passed" => new(name, TestOutcome.Passed, ""),
                "NotExecuted" => NotExecuted(name, Reason(result)),
                _ => new(name, TestOutcome.Failed, $"{verdict}: {Reason(result)}"), // Failed, Error, Timeout, Aborted
            };
        }
    }

    private static TestResult NotExecuted(string name, string reason) => KnownMisbehaviorReason.Read(reason) is { } known
        ? new(name, TestOutcome.KnownMisbehavior, known.Finding, known.Detail)
        : new(name, TestOutcome.Skipped, reason);

    private static string Reason(XElement result)
    {
        string message = Text(result, "Message");
        string reason = message.Length > 0 ? message : Text(result, "StdOut");
        return reason.Length > 0 ? PhasePrefix.Strip(reason) : "(no reason given)";
    }

    private static string Text(XElement result, string element) => result.Descendants(Trx + element).FirstOrDefault()?.Value.Trim() ?? "";

    private IReadOnlyList<TestResult> Of(TestOutcome outcome) => [.. Tests.Where(test => test.Outcome == outcome)];
}
