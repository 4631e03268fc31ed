using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Tool;
using static QemuTest.Tests.Tool.MatrixSamples;

namespace QemuTest.Tests.Tool;

/// <summary>What <c>qemu-test matrix</c> prints and writes.</summary>
[Quick]
public sealed class MatrixReportTests
{
    private static readonly MatrixColumn[] Columns =
    [
        Column("7.2.22", Passed("always"), Skipped("device", "no device"), Failed("machine", "Failed: wrong\nsecond line"), Skipped("other", "no device")),
        Column("10.0.2", Passed("always"), Passed("device"), Passed("machine"), Skipped("other", "no device"), new("new", TestOutcome.KnownMisbehavior, "It aborts", "seen")),
        new(new MatrixRun(Qemu("7.2.22"), Qemu("10.0.2"), "Area=Migration"), new RunResults([Passed("moves"), Skipped("stays", "no version")]), "the run was aborted"),
    ];

    private readonly string _folder = Installed.NewFolder();

    [Test]
    public async Task The_text_has_counts_then_what_did_not_pass_everywhere_then_changes() =>
        Assert.That((await ReportAsync()).Split("\nEvery test:")[0], Is.EqualTo("""
            7.2.22: 1 passed, 1 failed, 2 skipped, 0 known
            10.0.2: 3 passed, 0 failed, 1 skipped, 1 known
            7.2.22 to 10.0.2: 1 passed, 0 failed, 1 skipped, 0 known
                the run was aborted

            7.2.22       10.0.2       test
            skipped (1)  passed       device
            failed (2)   passed       machine
            absent       known (3)    new
            skipped (1)  skipped (1)  other
            (1) skipped: no device
            (2) failed: Failed: wrong
            (3) known: It aborts

            From 7.2.22 to 10.0.2: 3 changes
                skipped, now passed: 1 test
                    device
                failed, now passed: 1 test
                    machine
                absent, now known: 1 test
                    new

            7.2.22 to 10.0.2  test
            skipped (1)       stays
            (1) skipped: no version

            """));

    [Test]
    public async Task The_json_has_every_test_with_whole_reasons()
    {
        await ReportAsync();

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "matrix.json")));
        JsonElement versions = json.RootElement.GetProperty("versions"), pairs = json.RootElement.GetProperty("pairs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(versions), Is.EqualTo(new[] { "always", "device", "machine", "new", "other" }));
            Assert.That(Cell(versions, 2, "7.2.22").GetProperty("reason").GetString(), Is.EqualTo("Failed: wrong\nsecond line"));
            Assert.That(Cell(versions, 3, "7.2.22").GetProperty("outcome").GetString(), Is.EqualTo("absent"));
            Assert.That(Cell(versions, 3, "10.0.2").GetProperty("detail").GetString(), Is.EqualTo("seen"));
            Assert.That(json.RootElement.GetProperty("changes").GetArrayLength(), Is.EqualTo(3));
            Assert.That(Names(pairs), Is.EqualTo(new[] { "moves", "stays" }));
            Assert.That(pairs.GetProperty("runs")[0].GetProperty("destination").GetString(), Is.EqualTo("/qemu/10.0.2"));
            Assert.That(pairs.GetProperty("runs")[0].GetProperty("problem").GetString(), Is.EqualTo("the run was aborted"));
        }
    }

    [TestCase("no device", "no device")]
    [TestCase("Failed: wrong\nsecond line", "Failed: wrong")]
    [TestCase("Failed: Assert.That(outcome, Right)\n  Expected: completed\n  But was:  gone\n", "Failed: Assert.That(outcome, Right) But was:  gone")]
    [TestCase("Failed: Multiple failures or warnings in test:\n  1)   Assert.That(outcome, Right)\n  But was:  gone", "1)   Assert.That(outcome, Right) But was:  gone")]
    public void A_reason_in_one_line_says_what_was_wrong(string reason, string line) => Assert.That(MatrixText.InOneLine(reason), Is.EqualTo(line));

    [Test]
    public void A_column_is_good_only_without_failures_and_problems() => Assert.That(
        new[] { Column("1.0", Passed("a"), Skipped("b")), Column("1.0", Passed("a"), Failed("b")), Columns[2] }.Select(column => column.IsGood),
        Is.EqualTo(new[] { true, false, false }));

    private static string?[] Names(JsonElement section) => [.. section.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("test").GetString())];

    private static JsonElement Cell(JsonElement section, int row, string column) => section.GetProperty("tests")[row].GetProperty("results").GetProperty(column);

    private async Task<string> ReportAsync()
    {
        var output = new StringWriter { NewLine = "\n" };
        await MatrixCommand.ReportAsync(Columns, _folder, output);
        return output.ToString();
    }
}
