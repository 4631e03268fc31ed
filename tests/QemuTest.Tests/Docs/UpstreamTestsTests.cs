using QemuTest.NUnit;

namespace QemuTest.Tests.Docs;

/// <summary>docs/upstream-tests.md has every test file of upstream, and names only existing tests.</summary>
[Quick]
public sealed class UpstreamTestsTests
{
    private static readonly string[] States = ["covered", "in part", "not yet", "not possible"];

    private static string Page => File.ReadAllText(Path.Combine(Checkout.Root, "docs", "upstream-tests.md"));

    private static string[] Files => File.ReadAllLines(Path.Combine(Checkout.Root, "tests", "QemuTest.Tests", "Docs", "UpstreamTests.txt"));

    [Test]
    public void The_page_has_each_upstream_file_once() => Assert.That(Rows(Page).Select(row => row.File), Is.EquivalentTo(Files));

    [Test]
    public void The_page_has_no_fault() => Assert.That(Faults(Page, TestClasses()), Is.Empty);

    [TestCase("| a/test_x.py | done | | |", "a/test_x.py: 'done' is no state")]
    [TestCase("| a/test_x.py | covered | | |", "a/test_x.py: covered by no test")]
    [TestCase("| a/test_x.py | covered | `A.NoSuchTests` | |", "a/test_x.py: there is no A.NoSuchTests")]
    [TestCase("| a/test_x.py | in part | `A.RealTests` | |", "a/test_x.py: no reason")]
    [TestCase("| a/test_x.py | not yet | `A.RealTests` | soon |", "a/test_x.py: not yet, and a test")]
    [TestCase("| a/test_x.py | not possible | | |", "a/test_x.py: no reason")]
    [TestCase("| covered | 7 | x |\n| a/test_x.py | covered | `A.RealTests` | |", "covered: 7 files, in the table 1")]
    public void A_fault_is_found(string page, string fault) => Assert.That(Faults(page, ["A.RealTests"]), Is.EqualTo(new[] { fault }));

    private static List<string> Faults(string page, HashSet<string> tests)
    {
        List<string> faults = [];
        Row[] rows = [.. Rows(page)];
        foreach (Row row in rows)
        {
            if (!States.Contains(row.State))
                faults.Add($"{row.File}: '{row.State}' is no state");
            bool isHere = row.State is "covered" or "in part";
            if (isHere && row.Tests.Length == 0 && row.Reason.Length == 0)
                faults.Add($"{row.File}: covered by no test");
            if (!isHere && row.Tests.Length > 0)
                faults.Add($"{row.File}: {row.State}, and a test");
            if (row.State is not "covered" && States.Contains(row.State) && row.Reason.Length == 0)
                faults.Add($"{row.File}: no reason");
            faults.AddRange(row.Tests.Where(test => !tests.Contains(test)).Select(test => $"{row.File}: there is no {test}"));
        }

        foreach (string[] cells in page.Split('\n').Select(Cells).Where(cells => cells.Length == 3 && States.Contains(cells[0])))
        {
            int count = rows.Count(row => row.State == cells[0]);
            if (cells[1] != $"{count}")
                faults.Add($"{cells[0]}: {cells[1]} files, in the table {count}");
        }

        return faults;
    }

    private static IEnumerable<Row> Rows(string page) =>
        from line in page.Split('\n')
        let cells = Cells(line)
        where cells.Length == 4 && cells[0].EndsWith(".py", StringComparison.Ordinal)
        select new Row(cells[0], cells[1], [.. cells[2].Split('`').Where((_, i) => i % 2 == 1)], cells[3]);

    private static string[] Cells(string line) => line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())] : [];

    private static HashSet<string> TestClasses() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests", "Functional"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetFileName(Path.GetDirectoryName(file))}.{Path.GetFileNameWithoutExtension(file)}"),
    ];

    private sealed record Row(string File, string State, string[] Tests, string Reason);
}
