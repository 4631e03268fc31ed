using QemuTest.Processes;

namespace QemuTest.Machines;

/// <summary>The facts that an exception carries about the machine that failed.</summary>
internal sealed record MachineFailure
{
    public required string MachineName { get; init; }

    public required MachinePhase Phase { get; init; }

    public required string CommandLine { get; init; }

    public required string Output { get; init; }

    public required string LogFile { get; init; }

    public ProcessExit? Exit { get; init; }

    public string OutputText => Output.Length == 0 ? "(none)" : Output.TrimEnd();
}
