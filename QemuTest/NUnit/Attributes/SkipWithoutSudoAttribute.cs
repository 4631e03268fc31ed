using System.Diagnostics;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless <c>sudo</c> runs a command without asking for a password.</summary>
/// <remarks><c>qemu_test.skipWithoutSudo</c> in QEMU's own framework.</remarks>
public sealed class SkipWithoutSudoAttribute : SkipAttribute
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly Lazy<string?> Answer = new(() => WhyNot("sudo"));

    /// <inheritdoc/>
    internal override string? Reason() => Answer.Value;

    /// <summary>Gets why the program does not run a command for the superuser, or null.</summary>
    internal static string? WhyNot(string program)
    {
        try
        {
            // NUnit asks while it loads the tests, which cannot wait asynchronously.
            using Process? sudo = Process.Start(new ProcessStartInfo(program, ["-n", "true"]) { RedirectStandardError = true, RedirectStandardOutput = true });
            if (sudo!.WaitForExit(Timeouts.Scale(Timeout)))
                return sudo.ExitCode == 0 ? null : $"'{program} -n true' fails: {sudo.StandardError.ReadToEnd().Trim()}. Allow this user to run commands without a password";
            sudo.Kill(entireProcessTree: true);
            return $"'{program} -n true' did not end within {Timeouts.Scale(Timeout).TotalSeconds:0} s";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{program} is not in PATH";
        }
    }
}
