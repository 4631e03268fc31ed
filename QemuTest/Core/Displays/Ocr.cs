using System.Text;
using CliWrap;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.Displays;

/// <summary>Reads text off a picture of a screen, with Tesseract.</summary>
public static class Ocr
{
    /// <summary>The program that it needs: for <c>[SkipIfMissingCommands]</c>.</summary>
    public const string Program = "tesseract";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The lines of text on a picture that are not empty. Equals upstream's <c>tesseract_ocr</c>, which gives null where the
    /// program fails.</summary>
    /// <param name="picture">The picture's path: PPM as <c>screendump</c> makes it, PNG and others.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="QemuMachineException">Tesseract failed, or took more than 60 s.</exception>
    public static async Task<IReadOnlyList<string>> ReadLinesAsync(string picture, CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        var error = new StringBuilder();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeouts.Scale(Timeout));
        Command command = ChildProcesses.Guarded(Program, [picture, "stdout"])
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output, Encoding.UTF8))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error, Encoding.UTF8));
        try
        {
            CommandTask<CommandResult> task = await ChildProcesses.StartAsync(command, [], timeout.Token).ConfigureAwait(false);
            CommandResult result = await task.Task.ConfigureAwait(false);
            if (result.ExitCode != 0)
                throw new QemuMachineException($"'{Program} {picture} stdout' ended with {new ProcessExit(result.ExitCode)}: {error}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QemuMachineException($"{Program} did not read {picture} within {Timeouts.Scale(Timeout).TotalSeconds} s.");
        }

        return output.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
