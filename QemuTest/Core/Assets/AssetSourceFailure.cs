namespace QemuTest.Assets;

/// <summary>The failure of one source of an asset.</summary>
public sealed record AssetSourceFailure
{
    /// <summary>The address as declared, for example an <c>https</c> URL.</summary>
    public required string Source { get; init; }

    /// <summary>The kind of failure.</summary>
    public required AssetFailure Failure { get; init; }

    /// <summary>The cause, without the address.</summary>
    public required string Reason { get; init; }

    /// <summary>The HTTP status of the last response, or null if there was none or the source is not HTTP.</summary>
    public int? HttpStatus { get; init; }
}
