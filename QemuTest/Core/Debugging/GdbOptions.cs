namespace QemuTest.Debugging;

/// <summary>Which GDB is started, and how.</summary>
public sealed record GdbOptions
{
    /// <summary>The path of a GDB, or a name to be found in PATH.</summary>
    public required string Path { get; init; }

    /// <summary>Where every line to and from GDB goes; null for nowhere.</summary>
    public string? LogFile { get; init; }

    /// <summary>The limit of each command, the stop that it leads to included. Default: upstream's 32 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(32);
}
