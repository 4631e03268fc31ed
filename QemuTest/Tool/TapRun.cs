using System.Diagnostics;
using QemuTest.Processes;
using QemuTest.Tap;

namespace QemuTest.Tool;

/// <summary>A run of the test platform that passes each result on as TAP at once.</summary>
internal sealed class TapRun
{
    public required IReadOnlyList<string> Assemblies { get; init; }

    public string? Settings { get; init; }

    public string? Filter { get; init; }

    public string? WorkFolder { get; init; }

    /// <summary>Runs the tests. Returns the platform's exit code: 0 if no test failed.</summary>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("qemu-test-tap-").FullName;
        try
        {
            string pipe = Path.Combine(folder, "tap");
            NamedPipe.Create(pipe);
            Task<bool> relay = Task.Run(() => Relay(pipe, output), CancellationToken.None);
            int exitCode = await RunPlatformAsync(pipe, cancellationToken);

            // If the platform exits before it opens the pipe, the reader still waits for a writer.
            await new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite).DisposeAsync();
            if (!await relay)
            {
                new TapWriter(output).BailOut($"the test platform exited with code {exitCode} before the tests ended; see standard error");
                return exitCode == 0 ? 1 : exitCode;
            }

            return exitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunPlatformAsync(string pipe, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", Arguments(pipe)) { RedirectStandardOutput = true };
        using Process platform = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        platform.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                Console.Error.WriteLine(line.Data);
        };
        platform.BeginOutputReadLine();
        try
        {
            await platform.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            platform.Kill(entireProcessTree: true);
            await platform.WaitForExitAsync(CancellationToken.None);
        }

        return platform.ExitCode;
    }

    private IEnumerable<string> Arguments(string pipe)
    {
        yield return "vstest";
        foreach (string assembly in Assemblies)
            yield return assembly;
        yield return $"--logger:{TapLogger.Name};{TapLogger.PathParameter}={pipe}";
        yield return $"--TestAdapterPath:{AppContext.BaseDirectory}";
        if (Settings is not null)
            yield return $"--Settings:{Settings}";
        if (Filter is not null)
            yield return $"--TestCaseFilter:{Filter}";
        yield return "--";
        yield return "NUnit.DisplayName=FullName";
        if (WorkFolder is not null)
            yield return $"NUnit.WorkDirectory={WorkFolder}";
    }

    // Whether the stream is complete: it has a plan, or the logger itself bailed out.
    private static bool Relay(string pipe, TextWriter output)
    {
        using var reader = new StreamReader(pipe);
        bool ended = false;
        bool begun = false;
        while (reader.ReadLine() is { } line)
        {
            begun = true;
            ended |= line.StartsWith("1..", StringComparison.Ordinal) || line.StartsWith("Bail out!", StringComparison.Ordinal);
            output.WriteLine(line);
            output.Flush();
        }

        if (!begun)
            new TapWriter(output).Version();
        return ended;
    }
}
