using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>Something that happened to a <see cref="SyntheticDevice"/>.</summary>
/// <param name="Time">When, on the lab's wall clock, which the traces of all QEMUs in the lab have too.</param>
/// <param name="What">A migration state's name in the kernel (<c>STOP_COPY</c>); <c>saving</c> and <c>saved</c>, <c>loading</c> and
/// <c>loaded</c> around the state's passage; <c>stalled</c>; <c>accepted</c> or <c>refused</c>; <c>reset</c>; <c>closed</c>.</param>
public sealed record SyntheticDeviceEvent(DateTimeOffset Time, string What)
{
    private const long NanosecondsPerTick = 100;

    internal static IReadOnlyList<SyntheticDeviceEvent> Parse(string history) =>
    [
        .. from line in history.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let parts = line.Split(' ', 2)
           let ticks = long.Parse(parts[0], CultureInfo.InvariantCulture) / NanosecondsPerTick
           select new SyntheticDeviceEvent(DateTimeOffset.UnixEpoch.AddTicks(ticks), parts[1]),
    ];
}
