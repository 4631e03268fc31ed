namespace QemuTest.Assets;

/// <summary>A source could not deliver an asset. The fetch continues with the next source.</summary>
/// <param name="failure">The kind of failure.</param>
/// <param name="reason">The cause, without the source's address.</param>
/// <param name="cause">The underlying exception, if any.</param>
internal sealed class SourceException(AssetFailure failure, string reason, Exception? cause = null) : QemuTestException(reason, cause)
{
    /// <summary>The kind of failure. Only <see cref="AssetFailure.Unreachable"/> is worth a retry.</summary>
    public AssetFailure Failure { get; } = failure;

    /// <summary>The HTTP status of the response, or null.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The delay before the next request that the server asks for, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
