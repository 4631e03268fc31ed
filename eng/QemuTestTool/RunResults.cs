using System.Xml.Linq;

namespace QemuTest.Tool;

/// <summary>One test that did not pass.</summary>
/// <param name="Name">The test's full name.</param>
/// <param name="Reason">The failure's message, or why it was skipped.</param>
internal sealed record TestResult(string Name, string Reason);

/// <summary>What the TRX files of a run say, added up.</summary>
internal sealed record RunResults(int Passed, IReadOnlyList<TestResult> Failed, IReadOnlyList<TestResult> Skipped)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <exception cref="FormatException">There is no TRX file, or a result in it is neither passed, failed nor skipped.</exception>
    public static RunResults Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.trx") : [];
        if (files.Length == 0)
            throw new FormatException($"there is no .trx file in {folder}; the run ended before any test did");
        int passed = 0;
        var failed = new List<TestResult>();
        var skipped = new List<TestResult>();
        foreach (XElement result in files.SelectMany(f => XDocument.Load(f).Descendants(Trx + "UnitTestResult")))
        {
            string name = (string?)result.Attribute("testName") ?? "(unnamed)";
            string outcome = (string?)result.Attribute("outcome") ?? "(none)";
            switch (outcome)
            {
                case "Passed":
                    passed++;
                    break;
                case "NotExecuted":
                    skipped.Add(new TestResult(name, Text(result, "Message", "StdOut")));
                    break;
                default: // Failed, Error, Timeout, Aborted: whatever is not known to be good is bad
                    failed.Add(new TestResult(name, $"{outcome}: {Text(result, "Message", "StdOut")}"));
                    break;
            }
        }

        return new RunResults(passed, failed, skipped);
    }

    private static string Text(XElement result, params string[] elements)
    {
        string text = elements
            .Select(element => result.Descendants(Trx + element).FirstOrDefault()?.Value.Trim())
            .FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "(no reason given)";

        // NUnit names the phase first; the cause is the same without.
        const string Phase = "SetUp : ";
        return text.StartsWith(Phase, StringComparison.Ordinal) ? text[Phase.Length..] : text;
    }
}
