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
        Write("a.trx", Result("one", "Passed"), Result("two", "Failed", "<Output><StdOut>the report</StdOut><ErrorInfo><Message>why</Message></ErrorInfo></Output>"));
        Write("b.trx", Result("N.F(arm).three(1)", "Passed"), Result("four", "NotExecuted", "<Output><StdOut>SetUp : no such device</StdOut></Output>"));

        var results = RunResults.Read(_folder);

        Assert.Multiple(() =>
        {
            Assert.That(results.Passed.Select(t => t.Name), Is.EqualTo(new[] { "one", "N.F(arm).three(1)" }));
            Assert.That(results.Failed.Select(t => (t.Name, t.Reason)), Is.EqualTo(new[] { ("two", "Failed: why") }));
            Assert.That(results.Skipped.Select(t => (t.Name, t.Reason)), Is.EqualTo(new[] { ("four", "no such device") }));
        });
    }

    [TestCase("<Output><StdOut>--- the report&#10;&#10;known misbehavior: It aborts (docs/f.md): seen on 9.9&#10;2 runs</StdOut></Output>")]
    [TestCase("<Output><StdOut>the report</StdOut><ErrorInfo><Message>known misbehavior: It aborts (docs/f.md): seen on 9.9&#10;2 runs</Message></ErrorInfo></Output>")]
    public void A_known_misbehavior_is_neither_passed_nor_failed_nor_skipped(string output)
    {
        Write("a.trx", Result("one", "Passed"), Result("two", "NotExecuted", output));

        var results = RunResults.Read(_folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((results.Passed.Count, results.Failed.Count, results.Skipped.Count), Is.EqualTo((1, 0, 0)));
            Assert.That(results.KnownMisbehaviors, Is.EqualTo(new[]
            {
                new TestResult("two", TestOutcome.KnownMisbehavior, "It aborts (docs/f.md)", "seen on 9.9\n2 runs"),
            }));
        }
    }

    [Test]
    public void Known_misbehaviors_are_printed_by_finding_before_the_counts()
    {
        var results = new RunResults(
        [
            new("one", TestOutcome.Passed, ""),
            new("two", TestOutcome.KnownMisbehavior, "It aborts (docs/f.md)", "seen on 9.9\n2 runs"),
            new("three", TestOutcome.Skipped, "no device"),
            new("four", TestOutcome.KnownMisbehavior, "It aborts (docs/f.md)", "seen on 9.8"),
        ]);
        var output = new StringWriter { NewLine = "\n" };

        ResultsCommand.Print(results, output);

        Assert.That(output.ToString(), Is.EqualTo("""
            SKIPPED: no device
                three
            KNOWN MISBEHAVIOR: It aborts (docs/f.md)
                two: seen on 9.9
                four: seen on 9.8
            2 known misbehavior, not counted in the next line
            1 passed, 0 failed, 1 skipped

            """));
    }

    [TestCase("Error")]
    [TestCase("Timeout")]
    [TestCase("Aborted")]
    [TestCase("Inconclusive")]
    public void Every_other_outcome_is_a_failure(string outcome)
    {
        Write("a.trx", Result("one", outcome));

        Assert.That(RunResults.Read(_folder).Failed, Has.Count.EqualTo(1));
    }

    [Test]
    public void Without_a_TRX_file_the_error_names_the_folder() =>
        Assert.That(() => RunResults.Read(_folder), Throws.TypeOf<FormatException>().With.Message.Contains(_folder));

    private static string Result(string name, string outcome, string inside = "") =>
        $"<UnitTestResult testName=\"{name}\" outcome=\"{outcome}\">{inside}</UnitTestResult>";

    private void Write(string name, params string[] results) => File.WriteAllText(
        Path.Combine(_folder, name),
        $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(results)}</Results></TestRun>");
}
