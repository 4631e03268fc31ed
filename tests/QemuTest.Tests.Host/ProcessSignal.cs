using System.Diagnostics;

namespace QemuTest.Tests.Host;

/// <summary>Signals to other processes, by the shell's own <c>kill</c>: the program of that name is not on every machine.</summary>
public static class ProcessSignal
{
    /// <summary>Sends a signal.</summary>
    /// <param name="processId">To whom.</param>
    /// <param name="name">Its name without SIG, for example <c>STOP</c>.</param>
    public static async Task SendAsync(int processId, string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {processId}"]);
        await kill.WaitForExitAsync();
        Assert.That(kill.ExitCode, Is.Zero, $"SIG{name} to {processId}");
    }
}
