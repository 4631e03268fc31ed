namespace QemuTest.Vfio;

/// <summary>The lab does not work: it has no image, does not boot, or does not do what it is asked. The message says what to do.</summary>
public sealed class VfioLabException : QemuTestException
{
    internal VfioLabException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the script or the command line that failed in the lab; null where none did.</summary>
    public string? Command { get; internal init; }

    /// <summary>Gets the exit code of the command; null where it has none.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>Gets the output of the command; null where there is none.</summary>
    public string? Output { get; internal init; }
}
