namespace QemuTest.Debugging;

/// <summary>The exception for a command that GDB refused or could not execute.</summary>
public sealed class GdbCommandException : GdbException
{
    internal GdbCommandException(string command, string reason, string transcript)
        : base($"GDB could not execute '{command}': {reason}.", transcript)
    {
        Reason = reason;
    }

    /// <summary>Gets the error message of GDB.</summary>
    public string Reason { get; }
}
