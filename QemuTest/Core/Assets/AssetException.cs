namespace QemuTest.Assets;

/// <summary>An asset is not available. The message names the asset, each source with the cause of its failure, and the cure.</summary>
public sealed class AssetException : QemuTestException
{
    internal AssetException(
        string asset, string path, AssetFailure failure, string reason, IReadOnlyList<AssetSourceFailure>? sources = null, Exception? cause = null)
        : base($"asset {asset}: {reason}", cause)
    {
        Asset = asset;
        Path = path;
        Failure = failure;
        Reason = reason;
        Sources = sources ?? [];
    }

    /// <summary>The name of the asset.</summary>
    public string Asset { get; }

    /// <summary>The path that the file has in the cache once it is there.</summary>
    public string Path { get; }

    /// <summary>The kind of failure.</summary>
    public AssetFailure Failure { get; }

    /// <summary>The message without the name of the asset.</summary>
    public string Reason { get; }

    /// <summary>The sources tried, in order, each with its failure; empty if none was tried.</summary>
    public IReadOnlyList<AssetSourceFailure> Sources { get; }

    /// <summary>
    /// Whether the file may be available at another time or on another machine. A test without such an asset is skipped; any other
    /// failure fails the test.
    /// </summary>
    /// <remarks>Equals upstream's <c>AssetError.transient</c>.</remarks>
    public bool IsTransient => Failure is AssetFailure.Offline or AssetFailure.Unreachable;
}
