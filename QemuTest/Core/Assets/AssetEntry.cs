namespace QemuTest.Assets;

/// <summary>One entry of the manifest. <c>assets-manifest/schema.json</c> describes the members.</summary>
internal sealed record AssetEntry
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    public string? Sha256 { get; init; }

    public string? Sha512 { get; init; }

    public long? Size { get; init; }

    public required string Suite { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    public required string License { get; init; }

    public IReadOnlyList<string> UsedBy { get; init; } = [];

    public string? WaitsFor { get; init; }

    /// <summary>The declared hash.</summary>
    /// <exception cref="InvalidDataException">The entry has none.</exception>
    public string Hash => Sha256 ?? Sha512 ?? throw new InvalidDataException($"The manifest's asset '{Name}' has neither sha256 nor sha512.");

    /// <summary>What the cache needs of the entry.</summary>
    public AssetRequest ToRequest() => new(Name, AssetHash.Parse(Hash), Sources, Size) { IsListed = true };
}
