namespace QemuTest.Vfio;

/// <summary>Reads several <see cref="SyntheticDevice"/>s, for example all devices of a <see cref="LabMachine"/>.</summary>
public static class SyntheticDevices
{
    /// <summary>Reads the checksums of the states, in the order of the devices.</summary>
    /// <param name="devices">The devices.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidCastException">A device is not a <see cref="SyntheticDevice"/>.</exception>
    public static Task<IReadOnlyList<ulong>> ReadChecksumsAsync(
        IEnumerable<LabDevice> devices, CancellationToken cancellationToken = default) =>
        ReadAsync(devices, device => device.ReadChecksumAsync(cancellationToken));

    /// <summary>Reads the histories, in the order of the devices.</summary>
    /// <param name="devices">The devices.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidCastException">A device is not a <see cref="SyntheticDevice"/>.</exception>
    public static Task<IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>>> ReadHistoriesAsync(
        IEnumerable<LabDevice> devices, CancellationToken cancellationToken = default) =>
        ReadAsync(devices, device => device.ReadHistoryAsync(cancellationToken));

    /// <summary>Gets the largest number of devices that were between two entries of their histories at the same time; for each, the last
    /// pair of entries counts.</summary>
    /// <param name="histories">The histories.</param>
    /// <param name="begin">The first entry, for example <c>saving</c>.</param>
    /// <param name="end">The second entry, for example <c>saved</c>.</param>
    /// <exception cref="InvalidOperationException">A history lacks an entry.</exception>
    public static int MostAtOnce(IReadOnlyList<IReadOnlyList<SyntheticDeviceEvent>> histories, string begin, string end)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var intervals = histories
            .Select(history => (Begin: history.Last(e => e.What == begin).Time, End: history.Last(e => e.What == end).Time)).ToArray();
        return intervals.Max(one => intervals.Count(other => other.Begin <= one.Begin && one.Begin < other.End));
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(IEnumerable<LabDevice> devices, Func<SyntheticDevice, Task<T>> readAsync)
    {
        ArgumentNullException.ThrowIfNull(devices);
        var all = new List<T>();
        foreach (SyntheticDevice device in devices.Cast<SyntheticDevice>())
            all.Add(await readAsync(device).ConfigureAwait(false));
        return all;
    }
}
