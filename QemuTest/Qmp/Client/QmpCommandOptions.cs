using System.Runtime.InteropServices;

namespace QemuTest.Qmp;

/// <summary>How one command is sent and how long its reply may take.</summary>
public sealed record QmpCommandOptions
{
    /// <summary>The timeout for the reply, at most a day; null takes <see cref="QmpClientOptions.CommandTimeout"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not longer than zero, or longer than a day.</exception>
    public TimeSpan? Timeout
    {
        get;
        init => field = value is { } timeout ? Timeouts.Checked(timeout, nameof(Timeout)) : null;
    }

    /// <summary>Sends <c>exec-oob</c>: the command overtakes those that are still queued. Needs
    /// <see cref="QmpClient.OutOfBand"/>, and a command that QEMU allows out of band.</summary>
    public bool OutOfBand { get; init; }

    /// <summary>Descriptors sent along (SCM_RIGHTS), as <c>getfd</c> and <c>add-fd</c> want them. They stay the
    /// caller's to close. Works on Unix sockets only.</summary>
    public IReadOnlyList<SafeHandle> FileDescriptors { get; init; } = [];
}
