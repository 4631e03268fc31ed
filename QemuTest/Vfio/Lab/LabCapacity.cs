using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Vfio;

/// <summary>Limits the number of labs that run at once in this process by the available memory.</summary>
internal sealed partial class LabCapacity(int labs) : IDisposable
{
    private static readonly Lazy<LabCapacity> Here = new(() => new LabCapacity(LabsIn(AvailableKib(File.ReadAllText("/proc/meminfo")))));

    private readonly SemaphoreSlim _free = new(labs, labs);

    /// <summary>Gets the capacity of this machine, by the memory available at the first use.</summary>
    public static LabCapacity OfThisMachine => Here.Value;

    /// <summary>Gets how many labs fit into three quarters of this memory; at least one, because a lab rarely uses all of its
    /// memory.</summary>
    public static int LabsIn(long availableKib) => (int)Math.Max(1, availableKib * 3 / 4 / (LabGuest.MemoryMib * 1024L));

    /// <summary>Gets the memory available to programs, in KiB.</summary>
    public static long AvailableKib(string meminfo) => Available().Match(meminfo) is { Success: true } line
        ? long.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new VfioLabException("/proc/meminfo has no line 'MemAvailable', which tells how many labs this machine can run.");

    /// <summary>Waits until one more lab fits.</summary>
    /// <param name="timeout">The timeout.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reservation; dispose it when the lab has ended.</returns>
    /// <exception cref="VfioLabException">The timeout expires.</exception>
    public async Task<IDisposable> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        timeout = Timeouts.Scale(timeout);
        if (!await _free.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
            throw new VfioLabException(string.Create(CultureInfo.InvariantCulture,
                $"No memory for another VFIO lab became free within {timeout.TotalSeconds:0.###} s: {labs} of {LabGuest.MemoryMib} MiB each may run at once on this machine, and none ended. Run fewer tests at once."));
        return new Reservation(_free);
    }

    public void Dispose() => _free.Dispose();

    [GeneratedRegex(@"^MemAvailable:\s+(\d+) kB$", RegexOptions.Multiline)]
    private static partial Regex Available();

    private sealed class Reservation(SemaphoreSlim free) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                free.Release();
        }
    }
}
