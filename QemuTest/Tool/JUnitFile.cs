using System.Globalization;
using System.Xml;

namespace QemuTest.Tool;

/// <summary>The results of a run as JUnit XML: a suite for each fixture, a message for each failure and each skip.</summary>
internal static class JUnitFile
{
    public static void Write(RunResults results, string path)
    {
        using var xml = XmlWriter.Create(path, new XmlWriterSettings { Indent = true });
        xml.WriteStartElement("testsuites");
        Count(xml, results);
        foreach (IGrouping<string, TestResult> suite in results.Tests.GroupBy(test => test.Fixture).OrderBy(suite => suite.Key, StringComparer.Ordinal))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", suite.Key);
            Count(xml, new RunResults([.. suite]));
            foreach (TestResult test in suite)
                Write(xml, test);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Count(XmlWriter xml, RunResults results)
    {
        xml.WriteAttributeString("tests", Text(results.Tests.Count));
        xml.WriteAttributeString("failures", Text(results.Failed.Count));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", Text(results.Skipped.Count));
        xml.WriteAttributeString("time", Seconds(results.Tests.Aggregate(TimeSpan.Zero, (sum, test) => sum + test.Duration)));
    }

    private static void Write(XmlWriter xml, TestResult test)
    {
        string fixture = test.Fixture + ".";
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", test.Fixture);
        xml.WriteAttributeString("name", test.Name.StartsWith(fixture, StringComparison.Ordinal) ? test.Name[fixture.Length..] : test.Name);
        xml.WriteAttributeString("time", Seconds(test.Duration));
        if (test.Outcome != TestOutcome.Passed)
        {
            xml.WriteStartElement(test.Outcome == TestOutcome.Failed ? "failure" : "skipped");
            xml.WriteAttributeString("message", test.Reason);
            xml.WriteEndElement();
        }

        if (test.Outcome == TestOutcome.Failed && test.Output.Length > 0)
            xml.WriteElementString("system-out", test.Output);
        xml.WriteEndElement();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
