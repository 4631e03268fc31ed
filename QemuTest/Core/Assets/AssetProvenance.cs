namespace QemuTest.Assets;

/// <summary>Where a cached file came from, as recorded beside it.</summary>
public sealed record AssetProvenance
{
    /// <summary>The address it was brought from.</summary>
    public required string Source { get; init; }

    /// <summary>When it was brought.</summary>
    public required DateTimeOffset Fetched { get; init; }

    /// <summary>Its SHA-256, for an asset that is trusted by a signed index instead of a declared hash.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The distribution package, or null.</summary>
    public string? Package { get; init; }

    /// <summary>The package's version.</summary>
    public string? Version { get; init; }

    /// <summary>The package's SHA-256 as the archive's signed index gives it.</summary>
    public string? PackageSha256 { get; init; }
}
