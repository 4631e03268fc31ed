using System.Diagnostics;
using System.Globalization;

namespace QemuTest.Machines;

/// <summary>Measures how slow this host is, for <c>QEMU_TEST_TIMEOUT_MULTIPLIER=auto</c>: the median time of three starts of QEMU without a
/// machine, up to the monitor's answer, in relation to a host of normal speed.</summary>
internal sealed record TimeoutMeasurement(double Factor, string Description)
{
    private const int Starts = 3;

    // An idle host with two cores of 2.6 GHz takes 40 to 80 ms.
    private static readonly TimeSpan NormalStart = TimeSpan.FromMilliseconds(100);
    // A slower host has the largest factor in any case.
    private static readonly TimeSpan Patience = NormalStart * (Starts * Timeouts.LargestMeasured);
    private static readonly Lock Gate = new();
    private static Task<TimeoutMeasurement>? _measuring;

    /// <summary>Gets the result of this process; null if it measured nothing.</summary>
    public static TimeoutMeasurement? Result => _measuring is { IsCompletedSuccessfully: true } done ? done.Result : null;

    /// <summary>Replaces the value <c>auto</c> of the variable by the measured factor. This process measures once, and the processes that it
    /// starts later inherit the number.</summary>
    /// <param name="qemu">The path of the QEMU to start; null if there is none.</param>
    /// <param name="byDefault">Whether an unset variable means <c>auto</c> too.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static async Task ApplyAsync(string? qemu, bool byDefault, CancellationToken cancellationToken = default)
    {
        string? value = Environment.GetEnvironmentVariable(Timeouts.Variable);
        if (value != Timeouts.Auto && !(byDefault && string.IsNullOrEmpty(value)))
            return;
        Task<TimeoutMeasurement> measuring;
        lock (Gate)
            measuring = _measuring ??= MeasureAsync(qemu);
        TimeoutMeasurement result = await measuring.WaitAsync(cancellationToken).ConfigureAwait(false);
        Environment.SetEnvironmentVariable(Timeouts.Variable, result.Factor.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Measures. Without a QEMU that answers, the factor is 1.</summary>
    internal static async Task<TimeoutMeasurement> MeasureAsync(string? qemu)
    {
        if (qemu is null)
            return new(1, "not measured: there is no system emulator");
        using var enough = new CancellationTokenSource(Patience);
        try
        {
            var times = new List<TimeSpan>();
            for (int i = 0; i < Starts; i++)
            {
                long began = Stopwatch.GetTimestamp();
                await QemuProbe.AskAsync(qemu, monitorObjects: false, _ => Task.FromResult(true), enough.Token).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(began));
            }

            return Of(times.Order().ElementAt(Starts / 2));
        }
        catch (Exception error) when (enough.IsCancellationRequested && error is OperationCanceledException or QemuTestException)
        {
            return new(
                Timeouts.LargestMeasured,
                string.Create(CultureInfo.InvariantCulture, $"QEMU did not start {Starts} times in {Patience.TotalSeconds:0} s"));
        }
        catch (Exception error) when (error is QemuTestException or IOException or System.ComponentModel.Win32Exception)
        {
            return new(1, $"not measured: {error.Message}");
        }
    }

    /// <summary>Gets the factor for the time of a start: between 1 and the largest, in tenths.</summary>
    internal static TimeoutMeasurement Of(TimeSpan start)
    {
        double factor = Math.Clamp(Math.Round(start / NormalStart, 1, MidpointRounding.ToPositiveInfinity), 1, Timeouts.LargestMeasured);
        return new(factor, string.Create(
            CultureInfo.InvariantCulture,
            $"QEMU starts in {start.TotalMilliseconds:0} ms; up to {NormalStart.TotalMilliseconds:0} ms is normal speed"));
    }
}
