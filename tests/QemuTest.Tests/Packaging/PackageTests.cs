using System.Diagnostics;
using QemuTest.NUnit;

namespace QemuTest.Tests.Packaging;

/// <summary>The packages as their users see them.</summary>
[Thorough]
public sealed class PackageTests
{
    [Test]
    [TestTimeout(600)]
    public async Task The_packages_work_in_an_empty_folder()
    {
        _ = Installed.Qemu;
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "eng", "try-packages.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("QEMU_TEST_QEMU_BINARY");
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(Installed.Token);
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        await run.WaitForExitAsync(Installed.Token);

        string said = output + await errors;
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, said);
            Assert.That(output, Does.Match(@"\| QemuTest\.Qmp \S+ \| \.NET only \|"));
            Assert.That(output, Does.Match(@"(?m)^QEMU \d+\.\d+\.\d+$"));
        });
    }
}
