namespace QemuTest.Assets;

/// <summary>The origin of a cached file, as recorded beside it.</summary>
public sealed record AssetProvenance
{
    /// <summary>The address that the file was fetched from.</summary>
    public required string Source { get; init; }

    /// <summary>The time of the fetch, in UTC.</summary>
    public required DateTimeOffset Fetched { get; init; }

    /// <summary>The distribution package, or null.</summary>
    public string? Package { get; init; }

    /// <summary>The version of the package, or null.</summary>
    public string? Version { get; init; }

    /// <summary>The SHA-256 of the package in the archive's signed index, or null.</summary>
    public string? PackageSha256 { get; init; }
}
