namespace QemuTest.Archives;

/// <summary>What an extraction accepts. Beyond a limit it stops with an <see cref="ArchiveException"/> that names the member.</summary>
public sealed record ExtractionOptions
{
    /// <summary>The rules used when none are given.</summary>
    public static ExtractionOptions Default { get; } = new();

    /// <summary>The most bytes all members together may unpack to. Default 16 GiB.</summary>
    public long MaxTotalBytes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxTotalBytes must be above 0.");
    } = 16L << 30;

    /// <summary>The most members an archive may have. Default 1,000,000.</summary>
    public int MaxMembers
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxMembers must be above 0.");
    } = 1_000_000;

    /// <summary>
    /// Whether two names may differ in case alone. Default false: on a file system that folds case one would overwrite the other.
    /// Kernel packages have such names (<c>xt_DSCP.ko</c>, <c>xt_dscp.ko</c>), so unpacking one whole needs true.
    /// </summary>
    public bool AllowCaseCollisions { get; init; }
}
