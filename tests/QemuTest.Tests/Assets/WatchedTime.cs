using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace QemuTest.Tests.Assets;

/// <summary>A clock that moves by hand and reports each started timer.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of this length has started.</summary>
    public async Task TimerStartedAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        while (await _timers.Reader.ReadAsync(cancellationToken) != length)
        {
            // Another timer, for example a timeout.
        }
    }
}
