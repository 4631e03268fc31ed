using System.CommandLine;
using System.Globalization;

namespace QemuTest.Tool;

/// <summary><c>qemu-test doctor</c>: what this machine can run, and why not. Exit code 1 if something is missing that every run needs.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Tells what this machine can run and why not. Exit code 1 if a run needs what is missing.");
        command.SetAction(async (_, cancellationToken) => await RunAsync(Console.Out, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        await foreach (Check check in Doctor.ExamineAsync(cancellationToken))
        {
            checks.Add(check);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{Mark(check),-8} {check.Subject,-22} {check.Finding}"));
        }

        int missing = checks.Count(c => c is { Good: false, Required: true });
        await output.WriteLineAsync(missing == 0
            ? "This machine can run QemuTest."
            : $"{missing} of the things that every run needs are missing; eng/setup.sh installs them.");
        return missing == 0 ? 0 : 1;
    }

    private static string Mark(Check check) => (check.Good, check.Required) switch
    {
        (true, _) => "ok",
        (false, true) => "MISSING",
        (false, false) => "without",
    };
}
