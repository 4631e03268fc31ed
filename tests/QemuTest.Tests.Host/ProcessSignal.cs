using System.Diagnostics;

namespace QemuTest.Tests.Host;

/// <summary>Sends signals to other processes with the shell's built-in <c>kill</c>, because not every host has the program.</summary>
public static class ProcessSignal
{
    /// <summary>Sends a signal.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="name">The name of the signal without SIG, for example <c>STOP</c>.</param>
    public static async Task SendAsync(int processId, string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {processId}"]);
        await kill.WaitForExitAsync();
        Assert.That(kill.ExitCode, Is.Zero, $"SIG{name} to {processId}");
    }
}
