using QemuTest.Fixtures;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

[Quick]
public sealed class RunResultsTests
{
    private readonly string _folder = Installed.NewFolder();

    [Test]
    public void Results_of_all_files_are_added_up()
    {
        Write("a.trx", Result("one", "Passed"), Result("two", "Failed", "<Output><ErrorInfo><Message>why</Message></ErrorInfo></Output>"));
        Write("b.trx", Result("three", "Passed"), Result("four", "NotExecuted", "<Output><StdOut>no such device</StdOut></Output>"));

        var results = RunResults.Read(_folder);

        Assert.Multiple(() =>
        {
            Assert.That(results.Passed, Is.EqualTo(2));
            Assert.That(results.Failed, Is.EqualTo(new[] { new TestResult("two", "Failed: why") }));
            Assert.That(results.Skipped, Is.EqualTo(new[] { new TestResult("four", "no such device") }));
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

    private static string Result(string name, string outcome, string inside = "") =>
        $"<UnitTestResult testName=\"{name}\" outcome=\"{outcome}\">{inside}</UnitTestResult>";

    private void Write(string name, params string[] results) => File.WriteAllText(
        Path.Combine(_folder, name),
        $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(results)}</Results></TestRun>");
}
