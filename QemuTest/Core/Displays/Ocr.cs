using QemuTest.Processes;

namespace QemuTest.Displays;

/// <summary>Reads text from a picture of a screen, with Tesseract.</summary>
/// <remarks><c>qemu_test.ocr.tesseract_ocr</c>, which returns null where the program fails.</remarks>
public static class Ocr
{
    /// <summary>The program's name, for <c>[SkipIfMissingCommands]</c>.</summary>
    public const string Program = "tesseract";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Reads the lines of text on a picture, without empty ones.</summary>
    /// <param name="picture">The picture's path: PPM as <c>screendump</c> writes it, PNG and others.</param>
    /// <param name="cancellationToken">Cancels the operation and kills the program.</param>
    /// <exception cref="ProgramException">Tesseract is missing, failed, or took more than 60 s (scaled by
    /// <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>).</exception>
    public static async Task<IReadOnlyList<string>> ReadLinesAsync(string picture, CancellationToken cancellationToken = default)
    {
        ProgramResult result = await ChildProgram.RunAsync(Program, [picture, "stdout"], Timeout, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return result.Successful().StandardOutput.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
