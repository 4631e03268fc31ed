using System.Diagnostics;

namespace QemuTest.Tests.Fixtures;

/// <summary>Runs tests in a process of their own, for what concerns the whole process: its environment and its result files.</summary>
internal static class TestRun
{
    /// <summary>Runs tests and returns the console output.</summary>
    /// <param name="assembly">The path of the test assembly.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="binary"><c>QEMU_TEST_QEMU_BINARY</c>; null to leave it unset.</param>
    /// <param name="arguments">More arguments for <c>dotnet vstest</c>.</param>
    public static async Task<string> RunAsync(string assembly, string filter, string? binary, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", assembly, $"--TestCaseFilter:{filter}", "--logger:console;verbosity=normal", .. arguments,
                "--", $"NUnit.WorkDirectory={Installed.NewFolder()}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["QEMU_TEST_QEMU_BINARY"] = binary;
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(Installed.Token);
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        return output + await errors;
    }
}
