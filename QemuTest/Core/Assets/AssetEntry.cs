namespace QemuTest.Assets;

/// <summary>One entry of the manifest; <c>assets-manifest/schema.json</c> describes the members.</summary>
internal sealed record AssetEntry
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    public string? Sha256 { get; init; }

    public string? Sha512 { get; init; }

    /// <summary>"signed-index" if content is trusted by the distribution's signed index instead of a hash of ours.</summary>
    public string? Trust { get; init; }

    public long? Size { get; init; }

    public required string Suite { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    public required string Licence { get; init; }

    public IReadOnlyList<string> UsedBy { get; init; } = [];

    public string? WaitsFor { get; init; }

    public string? Hash => Sha256 ?? Sha512;
}
