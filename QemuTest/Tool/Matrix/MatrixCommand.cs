using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test matrix</c>: runs the same tests on several QEMUs, and prints one table.</summary>
internal static class MatrixCommand
{
    private static readonly Dictionary<string, string> Suites = new()
    {
        ["quick"] = "TestCategory=quick",
        ["thorough"] = "TestCategory=thorough",
        ["nightly"] = "TestCategory=nightly|TestCategory=thorough|TestCategory=quick",
    };

    public static Command Create()
    {
        var tests = new Argument<string[]>("tests")
        {
            Description = "Test assemblies, projects or solutions. A project is built once. Default: the one in the current folder.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var qemus = new Option<string[]>("--qemu")
        {
            Description = "A QEMU to test: a version (7.2), a Debian suite (trixie-backports), 'installed' for the one in PATH, a build tree or " +
                "folder, or a qemu-system-* binary for its target only. A suite is unpacked into the cache, not installed. Repeat it for each.",
            Required = true,
        };
        var suite = new Option<string>("--suite") { Description = "The suite to run: quick, thorough, or nightly for all tests.", DefaultValueFactory = _ => "quick" };
        suite.AcceptOnlyFromAmong([.. Suites.Keys]);
        var filter = new Option<string?>("--filter") { Description = "Runs only the tests of the suite that match, as 'dotnet test --filter' does." };
        var pairs = new Option<string?>("--pairs")
        {
            Description = "Also runs the tests that match from each QEMU to each other, for migrations: for example Area=Migration.",
        };
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "The folder for matrix.json, and for the results and logs of each run. Default: out/matrix.",
            DefaultValueFactory = _ => new DirectoryInfo("out/matrix"),
        };
        var command = new Command("matrix", "Runs tests on several QEMUs, and prints what did not pass on all of them and what changed from one to the next. Exit code 1 if a test failed.")
        {
            tests, qemus, suite, filter, pairs, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new MatrixTests
            {
                Paths = parsed.GetValue(tests) is { Length: > 0 } paths ? paths : ["."],
                Output = parsed.GetRequiredValue(output).FullName,
            },
            parsed.GetRequiredValue(qemus),
            And(Suites[parsed.GetRequiredValue(suite)], parsed.GetValue(filter)),
            parsed.GetValue(pairs),
            cancellationToken));
        return command;
    }

    internal static string And(string suite, string? filter) => filter is null ? suite : $"({suite})&({filter})";

    private static async Task<int> RunAsync(
        MatrixTests tests, IReadOnlyList<string> names, string filter, string? pairFilter, CancellationToken cancellationToken)
    {
        List<MatrixColumn> columns = [];
        try
        {
            if (tests.Paths.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
                throw new MatrixException($"there is no {missing}; name a test project, or build the assembly first (dotnet build)");
            IReadOnlyList<MatrixQemu> qemus = await QemuChoice.OfThisMachine().OpenAsync(names, cancellationToken);
            await tests.BuildAsync(cancellationToken);
            foreach (MatrixRun run in MatrixRun.Plan(qemus, filter, pairFilter))
            {
                await Console.Error.WriteLineAsync($"running {run.Filter} on QEMU {run.Name}");
                columns.Add(await tests.RunAsync(run, cancellationToken));
            }
        }
        catch (MatrixException error)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return 2;
        }

        await ReportAsync(columns, tests.Output, Console.Out);
        return columns.TrueForAll(column => column.IsGood) ? 0 : 1;
    }

    internal static async Task ReportAsync(IReadOnlyList<MatrixColumn> columns, string folder, TextWriter output)
    {
        var versions = new MatrixTable([.. columns.Where(column => column.Run.Destination is null)]);
        var pairs = new MatrixTable([.. columns.Where(column => column.Run.Destination is not null)]);
        var text = new MatrixText(output);
        text.WriteSummary(columns);
        text.WriteRows(versions);
        text.WriteChanges(versions);
        text.WriteRows(pairs);
        string json = Path.Combine(folder, "matrix.json");
        await File.WriteAllTextAsync(json, MatrixJson.Write(versions, pairs.Columns.Count == 0 ? null : pairs));
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Every test: {json}. Logs: a folder beside it for each run.");
    }
}
