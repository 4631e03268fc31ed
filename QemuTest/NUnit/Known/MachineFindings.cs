namespace QemuTest.NUnit;

/// <summary>The known misbehaviors of QEMU with ordinary machines. They apply to every <see cref="MigrationTest"/>.</summary>
public sealed class MachineFindings : IKnownMisbehaviors
{
    private const string Document = "docs/qemu-findings-machines.md";

    private MachineFindings()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<KnownMisbehavior> All =>
    [
        LargePages,
        Sam460ex,
        PseriesInterruptServers,
        PseriesSegments,
        ArmRegisters,
        LostFirmwareOutput,
    ];

    /// <summary>Gets the crash of a source whose guest has larger pages than the host.</summary>
    public static KnownMisbehavior LargePages { get; } = new("A source whose guest has larger pages than the host divides by zero", Document)
    {
        Always = true,
        FixedIn = "10.0.2",
        Crashes = [CrashSignature.OfSignal(8, "7.2.22")],
    };

    /// <summary>Gets the failure of a sam460ex to load its own state.</summary>
    public static KnownMisbehavior Sam460ex { get; } = new("A sam460ex cannot load its own state", Document)
    {
        Always = true,
        FixedIn = "10.0.2",
        Outputs = [new("Missing section footer for cpu", "7.2.22")],
    };

    /// <summary>Gets the interrupt servers that a pseries of another version sends.</summary>
    public static KnownMisbehavior PseriesInterruptServers { get; } = new("A pseries does not know the interrupt servers of another version", Document)
    {
        Always = true,
        FixedIn = "11.1.3",
        Outputs = [new("Unknown savevm section or instance 'icp/server'", "10.0.2")],
    };

    /// <summary>Gets the segment table that a newer pseries sends.</summary>
    public static KnownMisbehavior PseriesSegments { get; } = new("A pseries cannot return to QEMU 7.2", Document)
    {
        Always = true,
        Outputs = [new("cpu/slb: incoming version_id 2 is too new for local version_id 1", "7.2.22")],
    };

    /// <summary>Gets the system registers of an Arm CPU, which differ between versions.</summary>
    public static KnownMisbehavior ArmRegisters { get; } = new("An Arm guest migrates only within one version", Document)
    {
        Always = true,
        Outputs =
        [
            new("Failed to load cpu:cpreg_vmstate_array_len", "7.2.22", "10.0.2"),
            new("handle_cpreg_missing_in_incoming_stream", "11.1.3"),
            new("handle_cpreg_only_in_incoming_stream", "11.1.3"),
            new("qemu-system-arm: error while loading state for instance 0x0 of device 'cpu'", "10.0.2"),
            new("qemu-system-aarch64: error while loading state for instance 0x0 of device 'cpu'", "10.0.2"),
        ],
    };

    /// <summary>Gets the loss of a RISC-V firmware's output. The tests of the firmware provoke it.</summary>
    public static KnownMisbehavior LostFirmwareOutput { get; } = new("The output of a RISC-V firmware ends early", Document)
    {
        FixedIn = "10.0.2",
        RightOutcomes = ["complete"],
        WrongOutcomes = [new("ends early", "7.2.22")],
    };
}
