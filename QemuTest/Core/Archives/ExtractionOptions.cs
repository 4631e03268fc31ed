namespace QemuTest.Archives;

/// <summary>The limits of an extraction. Beyond one, the extraction fails with an <see cref="ArchiveException"/> that names the member.</summary>
public sealed record ExtractionOptions
{
    /// <summary>The default limits.</summary>
    public static ExtractionOptions Default { get; } = new();

    /// <summary>The maximum number of bytes of all extracted members together. The default is 16 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public long MaxTotalBytes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxTotalBytes must be above 0.");
    } = 16L << 30;

    /// <summary>The maximum number of members. The default is 1,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public int MaxMembers
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxMembers must be above 0.");
    } = 1_000_000;

    /// <summary>
    /// Whether two names may differ only in case. The default is false: on a file system that ignores case, one file would overwrite the
    /// other. Kernel packages have such names (<c>xt_DSCP.ko</c>, <c>xt_dscp.ko</c>), so a whole one needs true.
    /// </summary>
    public bool AllowCaseCollisions { get; init; }
}
