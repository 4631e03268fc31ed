namespace QemuTest.Debugging;

/// <summary>A stop of the target.</summary>
/// <param name="Reason">GDB's reason, for example <c>breakpoint-hit</c>, <c>end-stepping-range</c> or <c>no-history</c> (the
/// start or the end of a recording); empty if GDB gives none.</param>
/// <param name="ProgramCounter">The program counter at the stop; null if GDB does not report it.</param>
public sealed record GdbStop(string Reason, ulong? ProgramCounter);
