namespace QemuTest.Vfio;

/// <summary>Constraints on the path of device state, for <c>Assert.That(outcome.DeviceState, …)</c>.</summary>
public static class Transferred
{
    /// <summary>Gets a constraint: multifd channels carry every device's state, on both sides.</summary>
    public static TransferredConstraint OverMultifd => Over(DeviceStatePath.Multifd);

    /// <summary>Gets a constraint: the main channel carries every device's state, on both sides.</summary>
    public static TransferredConstraint OverTheMainChannel => Over(DeviceStatePath.MainChannel);

    /// <summary>Gets a constraint: every device's state takes this path, on both sides.</summary>
    /// <param name="path">The path.</param>
    public static TransferredConstraint Over(DeviceStatePath path) => new(path, null);
}
