using System.Text.RegularExpressions;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Tests.Host.Samples;
using QemuTest.Vfio;

namespace QemuTest.Tests.Docs;

/// <summary>docs/parity.md names only existing code, and tests that use it.</summary>
[Quick]
public sealed partial class ParityTableTests
{
    private static readonly Lazy<CodeGraph> Code = new(Read);

    [Test]
    public void Every_name_in_the_table_exists()
    {
        string[] named = [.. Rows(Table()).SelectMany(row => row.Here.Concat(row.Tests))];
        Assert.That(named, Has.Length.GreaterThan(100), "the tables are read");

        Assert.That(named.Where(name => !Code.Value.Has(name)), Is.Empty);
    }

    [Test]
    public void The_tests_of_a_row_use_what_the_row_names() => Assert.That(string.Join('\n', Rows(Table()).SelectMany(Unused)), Is.Empty);

    [Test]
    public void Each_of_the_45_weaknesses_has_a_row() =>
        Assert.That(Weakness().Matches(Table()).Select(row => int.Parse(row.Groups[1].ValueSpan, null)), Is.EqualTo(Enumerable.Range(1, 45)));

    [Test]
    public void A_name_that_does_not_exist_is_reported()
    {
        const string Text = "| upstream | here | test | why |\n|---|---|---|---|\n| `x` | `QemuMachine.NoSuch` | `NoSuchTests` | `ignored` |\n";

        Assert.That(
            Rows(Text).SelectMany(row => row.Here.Concat(row.Tests)).Where(name => !Code.Value.Has(name)), Is.EqualTo(new[] { "QemuMachine.NoSuch", "NoSuchTests" }));
    }

    [Test]
    public void A_test_that_does_not_use_what_its_row_names_is_reported()
    {
        const string Text = "| `x` | `TestId.Of`, `QemuMachine.SetMachine`, `QEMU_TEST_GDB` | `TestIdTests.A_plain_name_is_kept` | |\n";

        Assert.That(
            Rows(Text).SelectMany(Unused),
            Is.EqualTo(new[] { "QemuMachine.SetMachine: TestIdTests.A_plain_name_is_kept", "QEMU_TEST_GDB: TestIdTests.A_plain_name_is_kept" }));
    }

    private static IEnumerable<string> Unused(Row row) => row.Here
        .Where(name => row.Tests.Length > 0 && !row.Tests.Any(test => Code.Value.Uses(test.Split('.')[0], name)))
        .Select(name => $"{name}: {string.Join(", ", row.Tests)}");

    private static string Table() => File.ReadAllText(Path.Combine(Checkout.Root, "docs", "parity.md"));

    // The first column and, where there are more than two, the last are not about this framework.
    private static IEnumerable<Row> Rows(string text) =>
        from line in text.Split('\n')
        where line.StartsWith('|')
        let cells = line.Trim('|').Split('|')
        let tests = cells.Length > 3 ? cells[2] : ""
        select new Row([.. Names(cells[1])], [.. Names(tests)]);

    private static IEnumerable<string> Names(string cell) => CodeName().Matches(cell).Select(match => match.Groups[1].Value);

    private static CodeGraph Read()
    {
        Type[] inAssemblies =
        [
            typeof(QmpClient), typeof(QemuMachine), typeof(QemuBaseTest), typeof(VfioTest), typeof(Tap.TapWriter), typeof(global::QemuTest.Tool.TapRun),
            typeof(ParityTableTests), typeof(FailingSample),
        ];
        var code = new CodeGraph([.. inAssemblies.Select(type => type.Assembly.Location), Checkout.Functional]);
        // These run other assemblies in processes of their own.
        code.Add("QemuTest.Tests.Checkout::Functional", "assembly QemuTest.Functional");
        code.Add("QemuTest.Tests.Checkout::Samples", "assembly QemuTest.Tests.Host");
        code.Add("QemuTest.Tests.Machines.VictimHost::.ctor", "assembly QemuTest.Tests.Host");
        return code;
    }

    [GeneratedRegex(@"^\| (\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Weakness();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeName();

    private sealed record Row(string[] Here, string[] Tests);
}
