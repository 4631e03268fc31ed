using System.Xml.Linq;
using QemuTest.NUnit;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

[Quick]
public sealed class RunResultsTests
{
    private readonly string _folder = Installed.NewFolder();

    [Test]
    public void Results_of_all_files_are_added_up()
    {
        WriteTwoFiles();

        var results = RunResults.Read(_folder);

        Assert.Multiple(() =>
        {
            Assert.That(results.Passed.Select(t => t.Name), Is.EqualTo(new[] { "one", "N.F(arm).three(1)" }));
            Assert.That(results.Failed.Select(t => (t.Name, t.Reason)), Is.EqualTo(new[] { ("two", "Failed: why") }));
            Assert.That(results.Skipped.Select(t => (t.Name, t.Reason)), Is.EqualTo(new[] { ("four", "no such device") }));
        });
    }

    [TestCase("Error")]
    [TestCase("Timeout")]
    [TestCase("Aborted")]
    [TestCase("Inconclusive")]
    public void Whatever_is_not_known_to_be_good_has_failed(string outcome)
    {
        Write("a.trx", Result("one", outcome));

        Assert.That(RunResults.Read(_folder).Failed, Has.Count.EqualTo(1));
    }

    [Test]
    public void No_file_at_all_is_an_error() =>
        Assert.That(() => RunResults.Read(_folder), Throws.TypeOf<FormatException>().With.Message.Contains(_folder));

    [Test]
    public void JUnit_has_every_test_with_its_fixture_its_time_and_its_reason()
    {
        WriteTwoFiles();
        string path = Path.Combine(_folder, "junit.xml");

        JUnitFile.Write(RunResults.Read(_folder), path);

        XElement root = XDocument.Load(path).Root!;
        XElement[] cases = [.. root.Descendants("testcase")];
        Assert.Multiple(() =>
        {
            Assert.That(new[] { "tests", "failures", "skipped" }.Select(count => (string?)root.Attribute(count)), Is.EqualTo(new[] { "4", "1", "1" }));
            Assert.That(root.Elements("testsuite").Sum(suite => (int)suite.Attribute("tests")!), Is.EqualTo(4));
            Assert.That(
                cases.Where(c => (string?)c.Attribute("classname") == "N.F(arm)").Select(c => ((string?)c.Attribute("name"), (string?)c.Attribute("time"))),
                Is.EqualTo(new[] { ("three(1)", "1.250") }));
            Assert.That(cases.SelectMany(c => c.Elements("failure")).Select(e => (string?)e.Attribute("message")), Is.EqualTo(new[] { "Failed: why" }));
            Assert.That(cases.SelectMany(c => c.Elements("system-out")).Select(e => e.Value), Is.EqualTo(new[] { "the report" }));
            Assert.That(cases.SelectMany(c => c.Elements("skipped")).Select(e => (string?)e.Attribute("message")), Is.EqualTo(new[] { "no such device" }));
        });
    }

    private static string Result(string name, string outcome, string inside = "", string attributes = "") =>
        $"<UnitTestResult testName=\"{name}\" outcome=\"{outcome}\" {attributes}>{inside}</UnitTestResult>";

    private void WriteTwoFiles()
    {
        const string Definition = "<UnitTest id=\"t3\"><TestMethod className=\"N.F(arm)\" name=\"three\" /></UnitTest>";
        Write("a.trx", Result("one", "Passed"), Result("two", "Failed", "<Output><StdOut>the report</StdOut><ErrorInfo><Message>why</Message></ErrorInfo></Output>"));
        Write(
            "b.trx",
            Result("N.F(arm).three(1)", "Passed", attributes: "testId=\"t3\" duration=\"00:00:01.2500000\"") + Definition,
            Result("four", "NotExecuted", "<Output><StdOut>SetUp : no such device</StdOut></Output>"));
    }

    private void Write(string name, params string[] results) => File.WriteAllText(
        Path.Combine(_folder, name),
        $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(results)}</Results></TestRun>");
}
