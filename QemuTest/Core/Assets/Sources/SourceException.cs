namespace QemuTest.Assets;

/// <summary>One source failed; the fetch goes on to the next and tells all of them in the end.</summary>
/// <param name="failure">The kind.</param>
/// <param name="reason">What happened, without the source's address.</param>
/// <param name="cause">The exception underneath, if any.</param>
public sealed class SourceException(AssetFailure failure, string reason, Exception? cause = null) : QemuTestException(reason, cause)
{
    /// <summary>The kind of failure; <see cref="AssetFailure.Unreachable"/> is worth another try.</summary>
    public AssetFailure Failure { get; } = failure;

    /// <summary>How long the source asked to be left alone, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
