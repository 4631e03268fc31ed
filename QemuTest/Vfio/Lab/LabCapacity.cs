using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Vfio;

/// <summary>How many labs may run at once in this process, so that they do not take the machine's last memory.</summary>
internal sealed partial class LabCapacity(int labs) : IDisposable
{
    private static readonly Lazy<LabCapacity> Here = new(() => new LabCapacity(LabsIn(AvailableKib(File.ReadAllText("/proc/meminfo")))));

    private readonly SemaphoreSlim _free = new(labs, labs);

    /// <summary>What was available at the first use counts.</summary>
    public static LabCapacity OfThisMachine => Here.Value;

    /// <summary>How many labs fit into three quarters of that memory; at least one, which may do with less than it is given.</summary>
    public static int LabsIn(long availableKib) => (int)Math.Max(1, availableKib * 3 / 4 / (LabGuest.MemoryMib * 1024L));

    /// <summary>The memory that programs could still have, in KiB.</summary>
    public static long AvailableKib(string meminfo) => Available().Match(meminfo) is { Success: true } line
        ? long.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new VfioLabException("/proc/meminfo has no line 'MemAvailable', so it is not known how many labs this machine can run.");

    /// <summary>Waits for room for one more lab.</summary>
    /// <param name="timeout">The timeout for the wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The room taken; disposed when the lab has ended.</returns>
    /// <exception cref="VfioLabException">There was none in time.</exception>
    public async Task<IDisposable> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        timeout = Timeouts.Scale(timeout);
        if (!await _free.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
            throw new VfioLabException(string.Create(CultureInfo.InvariantCulture,
                $"The wait for room for another VFIO lab was over after {timeout.TotalSeconds:0.###} s: {labs} of {LabGuest.MemoryMib} MiB each may run at once on this machine, and none ended."));
        return new Taken(_free);
    }

    public void Dispose() => _free.Dispose();

    [GeneratedRegex(@"^MemAvailable:\s+(\d+) kB$", RegexOptions.Multiline)]
    private static partial Regex Available();

    private sealed class Taken(SemaphoreSlim free) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                free.Release();
        }
    }
}
