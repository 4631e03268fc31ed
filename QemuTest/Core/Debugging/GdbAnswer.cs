namespace QemuTest.Debugging;

/// <summary>GDB's answer to a command that succeeded.</summary>
/// <remarks><c>qemu_test.GDB.get_console</c> and <c>get_log</c> in QEMU's own framework.</remarks>
/// <param name="Console">The console output of the command.</param>
/// <param name="Log">The log output of the command.</param>
public sealed record GdbAnswer(string Console, string Log);
