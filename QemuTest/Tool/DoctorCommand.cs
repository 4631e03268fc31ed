using System.CommandLine;
using System.Globalization;

namespace QemuTest.Tool;

/// <summary><c>qemu-test doctor</c>: what this machine can run. Exit code 1 if something is missing that every run needs.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Says what this machine can run, and how to install what is missing. Exit code 1 if something is missing that every run needs.");
        command.SetAction(async (_, cancellationToken) => await RunAsync(Doctor.ExamineAsync(cancellationToken), Console.Out));
        return command;
    }

    internal static async Task<int> RunAsync(IAsyncEnumerable<Check> checks, TextWriter output)
    {
        int missing = 0;
        await foreach (Check check in checks)
        {
            if (check is { Good: false, Required: true })
                missing++;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{Mark(check),-8} {check.Subject,-22} {check.Finding}"));
        }

        await output.WriteLineAsync(missing == 0
            ? "This machine can run QemuTest."
            : $"This machine cannot run QemuTest. Required and missing: {missing} (see above).");
        return missing == 0 ? 0 : 1;
    }

    private static string Mark(Check check) => (check.Good, check.Required) switch
    {
        (true, _) => "ok",
        (false, true) => "MISSING",
        (false, false) => "without",
    };
}
