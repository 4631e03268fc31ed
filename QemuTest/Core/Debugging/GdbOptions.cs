namespace QemuTest.Debugging;

/// <summary>Options of a <see cref="Gdb"/>. Immutable; every value is checked when it is set.</summary>
public sealed record GdbOptions
{
    /// <summary>Gets the path of a GDB, or a name to look up in PATH.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public required string Path { get; init => field = FilePath(value, nameof(Path)); }

    /// <summary>Gets the path of a file for all lines to and from GDB. Default: null, no file.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? LogFile
    {
        get;
        init => field = value is null ? null : FilePath(value, nameof(LogFile));
    }

    /// <summary>Gets the timeout of each command, including the stop that it causes. Default: 32 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    public TimeSpan CommandTimeout { get; init => field = Timeouts.Checked(value, nameof(CommandTimeout)); } = TimeSpan.FromSeconds(32);

    private static string FilePath(string value, string property) => value is { Length: > 0 }
        ? value
        : throw new ArgumentException($"{property} is empty. Use the path of a file.", property);
}
