using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test tap</c>: runs tests and writes TAP 13 on standard output, and nothing else there.</summary>
internal static class TapCommand
{
    public static Command Create()
    {
        var assemblies = new Argument<FileInfo[]>("assembly") { Description = "The built test assemblies to run.", Arity = ArgumentArity.OneOrMore };
        var settings = new Option<FileInfo?>("--settings") { Description = "A .runsettings file, for example runsettings/quick.runsettings." };
        var filter = new Option<string?>("--filter") { Description = "Runs only what matches, as 'dotnet test --filter' does." };
        var output = new Option<DirectoryInfo?>("--output") { Description = "The work folder, below which each test leaves its logs. Default: the assembly's folder." };
        var command = new Command("tap", "Runs tests and writes their results as TAP 13, for meson and other harnesses. Whatever else is printed goes to standard error.")
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
