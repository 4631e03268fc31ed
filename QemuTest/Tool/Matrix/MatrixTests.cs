using System.Diagnostics;
using System.Xml;

namespace QemuTest.Tool;

/// <summary>The tests of a matrix: built assemblies, projects or solutions.</summary>
internal sealed class MatrixTests
{
    // A test has its own timeout. This one is for a host that hangs.
    private const string HangTimeout = "60m";

    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets the folder with a folder for each run.</summary>
    public required string Output { get; init; }

    /// <summary>Builds projects and solutions once for all runs.</summary>
    /// <exception cref="MatrixException">A build failed.</exception>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Output);
        string log = Path.Combine(Output, "build.log");
        foreach (string path in Paths.Where(path => !IsAssembly(path)))
        {
            await using StreamWriter writer = File.CreateText(log);
            if (await DotnetAsync(["build", path, "--nologo", "-v", "quiet"], new Dictionary<string, string?>(), writer, cancellationToken) != 0)
                throw new MatrixException($"{path} could not be built; see {log}");
        }
    }

    /// <summary>Runs the tests. Results of an earlier run in the folder are deleted.</summary>
    public async Task<MatrixColumn> RunAsync(MatrixRun run, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Output, run.FolderName), results = Path.Combine(folder, "results"), log = Path.Combine(folder, "test.log");
        foreach (string earlier in (string[])[results, Path.Combine(folder, "qemu-test")])
        {
            if (Directory.Exists(earlier))
                Directory.Delete(earlier, recursive: true);
        }

        Directory.CreateDirectory(results);
        int exitCode = 0;
        await using (StreamWriter writer = File.CreateText(log))
        {
            foreach (string path in Paths)
                exitCode = Math.Max(exitCode, await DotnetAsync(Arguments(path, run.Filter, folder, results), run.Variables, writer, cancellationToken));
        }

        return Read(run, results, log, exitCode);
    }

    internal static MatrixColumn Read(MatrixRun run, string results, string log, int exitCode)
    {
        try
        {
            var read = RunResults.Read(results);
            string? problem = (read.Tests.Count, read.Failed.Count, exitCode) switch
            {
                (0, _, _) => $"no test ran; see {log}",
                (_, 0, not 0) => $"the test platform exited with code {exitCode}, but no test failed; see {log}",
                _ when File.ReadAllText(log).Contains("test run was aborted", StringComparison.OrdinalIgnoreCase) => $"the run was aborted, results are missing; see {log}",
                _ => null,
            };
            return new MatrixColumn(run, read, problem);
        }
        catch (Exception error) when (error is FormatException or XmlException or IOException)
        {
            return new MatrixColumn(run, new RunResults([]), $"there are no results; see {log}: {error.Message}");
        }
    }

    private static bool IsAssembly(string path) => path.EndsWith(".dll", StringComparison.Ordinal);

    private static string[] Arguments(string path, string filter, string folder, string results) =>
    [
        // One assembly of a solution at a time: each already uses every core.
        "test", path, .. IsAssembly(path) ? Array.Empty<string>() : ["--no-build", "-maxcpucount:1"], "--nologo",
        "--filter", filter, "--results-directory", results, "--logger", "trx;LogFilePrefix=results", "--logger", "console;verbosity=normal",
        "--blame-hang", "--blame-hang-timeout", HangTimeout, "--blame-hang-dump-type", "none",
        "--", $"NUnit.WorkDirectory={folder}", "NUnit.DisplayName=FullName",
    ];

    private static async Task<int> DotnetAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> variables, TextWriter log, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value;
        using Process dotnet = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var lines = TextWriter.Synchronized(log);
        dotnet.OutputDataReceived += (_, line) => lines.WriteLine(line.Data);
        dotnet.ErrorDataReceived += (_, line) => lines.WriteLine(line.Data);
        dotnet.BeginOutputReadLine();
        dotnet.BeginErrorReadLine();
        try
        {
            await dotnet.WaitForExitAsync(cancellationToken);
            return dotnet.ExitCode;
        }
        catch (OperationCanceledException)
        {
            dotnet.Kill(entireProcessTree: true);
            await dotnet.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }
}
