namespace QemuTest.Debugging;

/// <summary>GDB refused a command, or could not carry it out.</summary>
public sealed class GdbCommandException : GdbException
{
    internal GdbCommandException(string command, string reason, string transcript)
        : base($"GDB could not carry out '{command}': {reason}.", transcript)
    {
        Reason = reason;
    }

    /// <summary>GDB's own words.</summary>
    public string Reason { get; }
}
