namespace QemuTest.Processes;

/// <summary>The exit and the output of a program.</summary>
/// <param name="CommandLine">The command line, quoted for a shell.</param>
/// <param name="Exit">The exit.</param>
/// <param name="StandardOutput">Standard output, as text.</param>
/// <param name="StandardError">Standard error, as text.</param>
internal sealed record ProgramResult(string CommandLine, ProcessExit Exit, string StandardOutput, string StandardError)
{
    /// <summary>The output as the end of an error message; empty if there is none.</summary>
    public string Written => (StandardOutput + StandardError).Trim() is { Length: > 0 } text ? $" It wrote:\n{text}" : "";

    /// <summary>Returns this result if the exit code is 0.</summary>
    /// <exception cref="ProgramException">The program failed.</exception>
    public ProgramResult Successful() => Exit.IsClean
        ? this
        : throw new ProgramException($"'{CommandLine}' ended with {Exit}.{Written}", CommandLine, Exit);
}
