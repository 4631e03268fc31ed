using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>How a program under a user emulator ended, and what it wrote.</summary>
/// <param name="Exit">The program's exit, or the signal that ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error, with what QEMU itself wrote there.</param>
public sealed record UserProgramResult(ProcessExit Exit, string Output, string Error);
