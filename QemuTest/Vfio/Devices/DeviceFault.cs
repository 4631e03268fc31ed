using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>A fault of a <see cref="SyntheticDevice"/>. Positions are byte offsets in its state, from 0.</summary>
public sealed record DeviceFault
{
    private const long Never = -1;

    private DeviceFault(string knob, long value, long harmless)
    {
        Knob = knob;
        Value = value;
        Harmless = harmless;
    }

    /// <summary>Gets a fault of a destination: a complete state is refused with EPERM.</summary>
    public static DeviceFault RefusesState { get; } = new("refuse_load", 1, harmless: 0);

    /// <summary>Gets the module's file that controls the fault.</summary>
    internal string Knob { get; }

    /// <summary>Gets the content of the file that causes the fault.</summary>
    internal long Value { get; }

    /// <summary>Gets the content of the file that clears the fault.</summary>
    internal long Harmless { get; }

    /// <summary>Gets a fault of a source: reading the state fails at this position with EIO.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault SaveFailsAt(long position) => At("fail_save_at", position);

    /// <summary>Gets a fault of a source: reading the state blocks at this position until the fault is cleared.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault SaveStallsAt(long position) => At("stall_save_at", position);

    /// <summary>Gets a fault of a source: the state ends at this position, as if it were complete.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault SaveEndsAt(long position) => At("truncate_at", position);

    /// <summary>Gets a fault of a source: the byte at this position is sent inverted.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault FlipsByteAt(long position) => At("flip_at", position);

    /// <summary>Gets a fault of a destination: writing the state fails at this position with EIO.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault LoadFailsAt(long position) => At("fail_load_at", position);

    /// <summary>Gets a fault of a destination: writing the state blocks at this position until the fault is cleared.</summary>
    /// <param name="position">The position.</param>
    public static DeviceFault LoadStallsAt(long position) => At("stall_load_at", position);

    /// <summary>Gets a fault of either side: entering this migration state fails with EIO.</summary>
    /// <param name="state">The migration state.</param>
    public static DeviceFault CannotEnter(DeviceMigrationState state) => new("fail_states", 1L << (int)state, harmless: 0);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Knob}={Value}");

    private static DeviceFault At(string knob, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return new(knob, position, Never);
    }
}
