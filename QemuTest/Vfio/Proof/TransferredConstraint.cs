using NUnit.Framework.Constraints;

namespace QemuTest.Vfio;

/// <summary>A constraint on the path of device state; see <see cref="Transferred"/>.</summary>
public sealed class TransferredConstraint : Constraint
{
    private readonly DeviceStatePath _path;
    private readonly int? _devices;

    internal TransferredConstraint(DeviceStatePath path, int? devices)
    {
        _path = path;
        _devices = devices;
    }

    /// <inheritdoc/>
    public override string Description =>
        $"the state of {(_devices is { } count ? $"{count} of {count} devices" : "every device")}: {DeviceStatePathText.OnBothSides(_path, _path)}";

    /// <summary>Gets the same constraint with an exact number of devices.</summary>
    /// <param name="devices">The number of devices.</param>
    public TransferredConstraint ForAll(int devices) => new(_path, devices);

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual)
    {
        if (actual is not IReadOnlyList<DeviceStateTransfer> transfers)
            throw new ArgumentException($"Transferred needs the DeviceState of an outcome, not {actual?.GetType().Name ?? "null"}.", nameof(actual));
        bool holds = transfers.Count > 0
            && (_devices is null || transfers.Count == _devices)
            && transfers.All(transfer => transfer.Saved == _path && transfer.Loaded == _path);
        return new Result(this, transfers, holds);
    }

    private sealed class Result(IConstraint constraint, IReadOnlyList<DeviceStateTransfer> transfers, bool holds)
        : ConstraintResult(constraint, transfers, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) =>
            writer.Write(transfers.Count == 0 ? "no device" : string.Join("; ", transfers));
    }
}
