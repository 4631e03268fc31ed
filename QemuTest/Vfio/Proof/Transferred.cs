using NUnit.Framework.Constraints;

namespace QemuTest.Vfio;

/// <summary>Constraints on how device state travelled, for <c>Assert.That(outcome.DeviceState, …)</c>.</summary>
public static class Transferred
{
    /// <summary>Every device's state went over multifd channels, on both sides.</summary>
    public static TransferredConstraint OverMultifd => new(DeviceStatePath.Multifd, "over multifd", null);

    /// <summary>Every device's state went over the main channel, on both sides.</summary>
    public static TransferredConstraint OverTheMainChannel => new(DeviceStatePath.MainChannel, "over the main channel", null);
}

/// <summary>Holds if the state of each device took one way, on both sides.</summary>
public sealed class TransferredConstraint : Constraint
{
    private readonly DeviceStatePath _path;
    private readonly string _name;
    private readonly int? _devices;

    internal TransferredConstraint(DeviceStatePath path, string name, int? devices)
    {
        _path = path;
        _name = name;
        _devices = devices;
    }

    /// <inheritdoc/>
    public override string Description =>
        $"the state of {(_devices is { } count ? $"{count} of {count} devices" : "every device")} saved {_name} and loaded {_name}";

    /// <summary>Also asks for the number of devices: none forgotten, none too many.</summary>
    public TransferredConstraint ForAll(int devices) => new(_path, _name, devices);

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual)
    {
        if (actual is not IReadOnlyList<DeviceStateTransfer> travels)
            throw new ArgumentException($"Transferred looks at an outcome's DeviceState, not at {actual?.GetType().Name ?? "null"}.", nameof(actual));
        bool holds = travels.Count > 0
            && (_devices is null || travels.Count == _devices)
            && travels.All(t => t.Saved == _path && t.Loaded == _path);
        return new Result(this, travels, holds);
    }

    private sealed class Result(IConstraint constraint, IReadOnlyList<DeviceStateTransfer> travels, bool holds)
        : ConstraintResult(constraint, travels, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) =>
            writer.Write(travels.Count == 0 ? "no device" : string.Join("; ", travels));
    }
}
