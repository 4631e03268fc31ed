namespace QemuTest.Qmp;

/// <summary>Where a JSON value comes from.</summary>
/// <param name="What">The command or the event, for messages.</param>
internal sealed record QapiSource(string What)
{
    [ThreadStatic]
    private static QapiSource? s_current;

    /// <summary>Gets or sets the source of the value that this thread decodes. A converter gets no other context.</summary>
    public static QapiSource? Current
    {
        get => s_current;
        set => s_current = value;
    }

    public string? Command { get; init; }

    public string? Monitor { get; init; }

    /// <summary>Gets the version from QEMU's greeting, or null if it is not known.</summary>
    public Version? Version { get; init; }

    /// <summary>Gets whether a missing member is an error even if the API is lenient.</summary>
    public bool IsStrict { get; init; }
}
