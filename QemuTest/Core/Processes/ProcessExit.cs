namespace QemuTest.Processes;

/// <summary>The exit of a process.</summary>
/// <param name="Code">The exit code; 128 plus the signal's number after a signal, as in a shell.</param>
public readonly record struct ProcessExit(int Code)
{
    private static readonly Dictionary<int, string> SignalNames = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
    };

    /// <summary>The number of the signal that ended the process, or null if it exited by itself.</summary>
    public int? Signal => Code is > 128 and <= 128 + 64 ? Code - 128 : null;

    /// <summary>Whether the process exited by itself with code 0.</summary>
    public bool IsClean => Code == 0;

    /// <summary>For example <c>exit code 1</c> or <c>signal 11 (SIGSEGV)</c>.</summary>
    public override string ToString() => Signal is not { } signal
        ? $"exit code {Code}"
        : $"signal {signal}{(SignalNames.TryGetValue(signal, out string? name) ? $" ({name})" : "")}";
}
