namespace QemuTest.Assets;

/// <summary>An asset could not be had. The message names the asset, every source that was tried with its cause, and the cure.</summary>
public sealed class AssetException : QemuTestException
{
    /// <summary>A failure to bring <paramref name="asset"/>.</summary>
    public AssetException(string asset, AssetFailure failure, string reason, Exception? cause = null)
        : base($"asset {asset}: {reason}", cause)
    {
        Asset = asset;
        Failure = failure;
        Reason = reason;
    }

    /// <summary>The asset's name.</summary>
    public string Asset { get; }

    /// <summary>What kind of failure.</summary>
    public AssetFailure Failure { get; }

    /// <summary>The message without the asset's name.</summary>
    public string Reason { get; }

    /// <summary>
    /// Whether it says nothing against the declaration: the file is not here now, but may be had another time or elsewhere.
    /// Such a test is skipped; any other failure fails it. Upstream: <c>AssetError.transient</c>.
    /// </summary>
    public bool IsTransient => Failure is AssetFailure.Offline or AssetFailure.Unreachable;
}
