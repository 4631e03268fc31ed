using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>An entry in the history of a <see cref="SyntheticDevice"/>.</summary>
/// <param name="Time">The time by the lab's wall clock, as in the traces of all QEMUs in the lab.</param>
/// <param name="What">The kernel's name of a migration state that the device enters (<c>STOP_COPY</c>); <c>saving</c> and <c>saved</c>,
/// <c>loading</c> and <c>loaded</c> before and after the transfer of the state; <c>stalled</c>; <c>accepted</c> or <c>refused</c>;
/// <c>reset</c>; <c>closed</c>.</param>
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
