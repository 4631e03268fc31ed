using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>Something that goes wrong with a <see cref="SyntheticDevice"/>. Positions are bytes of its state, from 0.</summary>
public sealed record DeviceFault
{
    private const long Never = -1;

    private DeviceFault(string knob, long value, long harmless = Never)
    {
        Knob = knob;
        Value = value;
        Harmless = harmless;
    }

    /// <summary>A source's fault: reading the state fails there with EIO.</summary>
    public static DeviceFault SaveFailsAt(long position) => new("fail_save_at", position);

    /// <summary>A source's fault: reading the state waits there until the fault is mended.</summary>
    public static DeviceFault SaveStallsAt(long position) => new("stall_save_at", position);

    /// <summary>A source's fault: the state ends there, as if it were whole.</summary>
    public static DeviceFault SaveEndsAt(long position) => new("truncate_at", position);

    /// <summary>A source's fault: the byte there is sent inverted.</summary>
    public static DeviceFault FlipsByteAt(long position) => new("flip_at", position);

    /// <summary>A destination's fault: writing the state fails there with EIO.</summary>
    public static DeviceFault LoadFailsAt(long position) => new("fail_load_at", position);

    /// <summary>A destination's fault: writing the state waits there until the fault is mended.</summary>
    public static DeviceFault LoadStallsAt(long position) => new("stall_load_at", position);

    /// <summary>A destination's fault: a state that has come whole is refused with EPERM.</summary>
    public static DeviceFault RefusesState { get; } = new("refuse_load", 1, harmless: 0);

    /// <summary>Either side's fault: entering this migration state fails with EIO.</summary>
    public static DeviceFault CannotEnter(DeviceMigrationState state) => new("fail_states", 1L << (int)state, harmless: 0);

    /// <summary>The module's file.</summary>
    internal string Knob { get; }

    /// <summary>What in it is the fault.</summary>
    internal long Value { get; }

    /// <summary>What in it is none.</summary>
    internal long Harmless { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Knob}={Value}");
}
