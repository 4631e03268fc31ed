using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>The result of a program under a user emulator.</summary>
/// <param name="Exit">The exit of the program.</param>
/// <param name="Output">The standard output of the program.</param>
/// <param name="Error">The standard error of the program, and that of QEMU.</param>
public sealed record UserProgramResult(ProcessExit Exit, string Output, string Error);
