namespace QemuTest.Debugging;

/// <summary>How a target came to a stop.</summary>
/// <param name="Reason">GDB's reason, for example <c>breakpoint-hit</c>, <c>end-stepping-range</c> or <c>no-history</c> (the
/// beginning or the end of a recording); empty where GDB gives none.</param>
/// <param name="ProgramCounter">The program counter at the stop, if GDB told it.</param>
public sealed record GdbStop(string Reason, ulong? ProgramCounter);
