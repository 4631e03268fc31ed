using System.Diagnostics;

namespace QemuTest.Tool;

/// <summary>The QEMU of a Debian suite, unpacked in the user's cache. The script's progress goes straight to the terminal.</summary>
internal static class UnpackedQemu
{
    /// <summary>Gets the script that is part of the tool.</summary>
    public static string Script => Path.Combine(AppContext.BaseDirectory, "matrix", "unpack-qemu.sh");

    /// <summary>Unpacks the QEMU of a suite, unless it is there.</summary>
    /// <returns>The folder of its emulators.</returns>
    /// <exception cref="MatrixException">It could not be unpacked.</exception>
    public static async Task<string> FetchAsync(string suite, CancellationToken cancellationToken)
    {
        // A package does not keep the mode of a file, so the shell is named here.
        var start = new ProcessStartInfo("bash", [Script, suite]) { RedirectStandardOutput = true };
        using Process script = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        try
        {
            string output = await script.StandardOutput.ReadToEndAsync(cancellationToken);
            await script.WaitForExitAsync(cancellationToken);
            return script.ExitCode == 0 && Path.GetDirectoryName(output.Trim()) is { Length: > 0 } folder
                ? folder
                : throw new MatrixException($"the QEMU of Debian's {suite} could not be unpacked (see above)");
        }
        catch (OperationCanceledException)
        {
            script.Kill(entireProcessTree: true);
            await script.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }
}
