using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test tap</c>: runs tests and prints TAP 13, and nothing else, on standard output.</summary>
internal static class TapCommand
{
    public static Command Create()
    {
        var assemblies = new Argument<FileInfo[]>("assembly") { Description = "The built test assemblies to run.", Arity = ArgumentArity.OneOrMore };
        var settings = new Option<FileInfo?>("--settings") { Description = "A .runsettings file, for example runsettings/quick.runsettings." };
        var filter = new Option<string?>("--filter") { Description = "Runs only the tests that match, as 'dotnet test --filter' does." };
        var output = new Option<DirectoryInfo?>("--output") { Description = "The work folder. Each test leaves its logs below it. Default: the assembly's folder." };
        var command = new Command("tap", "Runs tests and prints their results as TAP 13, for meson and other harnesses. All other output goes to standard error.")
        {
            assemblies, settings, filter, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new TapRun
            {
                Assemblies = [.. parsed.GetRequiredValue(assemblies).Select(file => file.FullName)],
                Settings = parsed.GetValue(settings)?.FullName,
                Filter = parsed.GetValue(filter),
                WorkFolder = parsed.GetValue(output)?.FullName,
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TapRun run, CancellationToken cancellationToken)
    {
        if (run.Assemblies.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            Console.Error.WriteLine($"error: there is no {missing}; build it first (dotnet build)");
            return 2;
        }

        return await run.RunAsync(Console.Out, cancellationToken);
    }
}
