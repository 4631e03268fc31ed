using System.Runtime.InteropServices;

namespace QemuTest.Qmp;

/// <summary>The options of one command.</summary>
public sealed record QmpCommandOptions
{
    /// <summary>Gets the timeout for the reply, at most one day. Default: null, which means
    /// <see cref="QmpClientOptions.CommandTimeout"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or is above one day.</exception>
    public TimeSpan? Timeout
    {
        get;
        init => field = value is { } timeout ? Timeouts.Checked(timeout, nameof(Timeout)) : null;
    }

    /// <summary>Gets whether the command is sent as <c>exec-oob</c>, ahead of queued commands. It needs
    /// <see cref="QmpClient.OutOfBand"/> and a command with out-of-band support. Default: false.</summary>
    public bool OutOfBand { get; init; }

    /// <summary>Gets the file descriptors to send with the command (SCM_RIGHTS), for <c>getfd</c> and <c>add-fd</c>. The caller keeps
    /// ownership and closes them. Only Unix sockets support this. Default: none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<SafeHandle> FileDescriptors
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(FileDescriptors));
    } = [];
}
