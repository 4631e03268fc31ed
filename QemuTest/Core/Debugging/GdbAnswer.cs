namespace QemuTest.Debugging;

/// <summary>GDB's answer to a command that succeeded.</summary>
/// <param name="Console">What a person would have read. Upstream: <c>get_console</c>.</param>
/// <param name="Log">What GDB logged meanwhile. Upstream: <c>get_log</c>.</param>
public sealed record GdbAnswer(string Console, string Log);
