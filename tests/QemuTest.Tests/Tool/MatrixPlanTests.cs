using QemuTest.NUnit;
using QemuTest.Tool;
using static QemuTest.Tests.Tool.MatrixSamples;

namespace QemuTest.Tests.Tool;

/// <summary>The runs of a matrix, their variables, and how their results are read.</summary>
[Quick]
public sealed class MatrixPlanTests
{
    private static readonly MatrixQemu[] Three = [Qemu("7.2.22"), Qemu("10.0.2"), Qemu("11.1.3")];

    private readonly string _folder = Installed.NewFolder();

    [Test]
    public void Without_tests_for_pairs_there_is_one_run_for_each_qemu() =>
        Assert.That(MatrixRun.Plan(Three, "f", null).Select(run => (run.Name, run.Filter)), Is.EqualTo(new[] { ("7.2.22", "f"), ("10.0.2", "f"), ("11.1.3", "f") }));

    [Test]
    public void Pairs_run_in_both_directions_after_the_versions() => Assert.That(
        MatrixRun.Plan(Three, "f", "p").Skip(3).Select(run => (run.Name, run.Filter)),
        Is.EqualTo(new[]
        {
            ("7.2.22 to 10.0.2", "p"), ("7.2.22 to 11.1.3", "p"), ("10.0.2 to 7.2.22", "p"), ("10.0.2 to 11.1.3", "p"), ("11.1.3 to 7.2.22", "p"), ("11.1.3 to 10.0.2", "p"),
        }));

    [Test]
    public void A_folder_provides_every_target_and_no_variable_of_the_user_is_left()
    {
        MatrixQemu qemu = Three[0] with { Path = _folder };

        Assert.That(new MatrixRun(qemu, null, "f").Variables, Is.EquivalentTo(Variables(_folder, null, null)));
    }

    [Test]
    public void A_binary_is_the_only_one_tested()
    {
        MatrixQemu qemu = Three[0] with { Path = "/b/qemu-system-arm" };

        Assert.That(new MatrixRun(qemu, null, "f").Variables, Is.EquivalentTo(Variables(null, "/b/qemu-system-arm", null)));
    }

    [Test]
    public void A_pair_names_the_destination()
    {
        MatrixQemu folder = Three[0] with { Path = _folder }, binary = Three[1] with { Path = "/b/qemu-system-arm" };
        string same = Path.Combine(_folder, "qemu-system-arm");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new MatrixRun(binary, folder, "f").Variables, Is.EquivalentTo(Variables(null, "/b/qemu-system-arm", _folder)));
            Assert.That(new MatrixRun(folder, binary, "f").Variables, Is.EquivalentTo(Variables(null, same, "/b/qemu-system-arm")), "only the destination's target");
            Assert.That(new MatrixRun(folder, folder, "f").Variables, Is.EquivalentTo(Variables(_folder, null, _folder)));
        }
    }

    [Test]
    public void The_folder_of_a_run_has_a_plain_name() =>
        Assert.That(new MatrixRun(Three[0] with { Name = "7.2.22 (/a b/c)" }, Three[1], "f").FolderName, Is.EqualTo("7.2.22-a-b-c-to-10.0.2"));

    [Test]
    public void A_filter_narrows_a_suite_of_several_categories() =>
        Assert.That(MatrixCommand.And("a|b", "c|d"), Is.EqualTo("(a|b)&(c|d)"));

    [TestCase("Passed", 0, "", null)]
    [TestCase("Failed", 1, "", null)]
    [TestCase("Passed", 1, "", "exited with code 1, but no test failed")]
    [TestCase("Failed", 1, "The active test run was aborted. Reason: crash", "results are missing")]
    [TestCase(null, 0, "", "no test ran")]
    public void A_run_without_all_results_has_a_problem(string? outcome, int exitCode, string log, string? problem)
    {
        File.WriteAllText(Path.Combine(_folder, "test.log"), log);
        string result = outcome is null ? "" : $"<UnitTestResult testName=\"one\" outcome=\"{outcome}\"/>";
        File.WriteAllText(
            Path.Combine(_folder, "a.trx"), $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{result}</Results></TestRun>");

        Assert.That(Read(exitCode).Problem, problem is null ? Is.Null : Does.Contain(problem).And.Contains("test.log"));
    }

    [Test]
    public void Without_results_the_problem_names_the_log()
    {
        MatrixColumn column = Read(1);

        Assert.That(column.Problem, Does.Contain("there are no results").And.Contains("test.log"));
        Assert.That(column.Results.Tests, Is.Empty);
    }

    private MatrixColumn Read(int exitCode) =>
        MatrixTests.Read(new MatrixRun(Three[0], null, "f"), _folder, Path.Combine(_folder, "test.log"), exitCode);

    private static Dictionary<string, string?> Variables(string? folder, string? binary, string? destination) => new()
    {
        ["MESON_BUILD_ROOT"] = null,
        ["QEMU_BUILD_ROOT"] = folder,
        ["QEMU_TEST_QEMU_BINARY"] = binary,
        ["QEMU_TEST_QEMU_BINARY_DST"] = destination,
    };
}
