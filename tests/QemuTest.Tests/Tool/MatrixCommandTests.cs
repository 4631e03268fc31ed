using System.Diagnostics;
using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary><c>qemu-test matrix</c> with real runs on the installed QEMU and an unpacked one.</summary>
[Thorough]
public sealed class MatrixCommandTests
{
    private const string Suite = "trixie-backports";

    [Test]
    [TestTimeout(300)]
    public async Task Each_run_uses_the_qemus_of_its_column()
    {
        string folder = Installed.NewFolder(), unpacked = Unpacked(), installed = Path.GetDirectoryName(Installed.Qemu)!;
        const string Migration = "FullyQualifiedName~X86_64.VersionedMigrationTests";

        (int exitCode, string output) = await MatrixAsync(
            [Checkout.Functional, "--qemu", installed, "--qemu", unpacked, "--filter", Migration, "--pairs", Migration, "--output", folder]);

        Assert.That(exitCode, Is.Zero, output);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "matrix.json")));
        JsonElement[] runs = [.. new[] { "versions", "pairs" }.SelectMany(part => json.RootElement.GetProperty(part).GetProperty("runs").EnumerateArray())];
        Assert.That(
            runs.Select(run => (run.GetProperty("qemu").GetString(), Destination(run), run.GetProperty("passed").GetInt32())),
            Is.EqualTo(new[] { (installed, null, 2), (unpacked, null, 2), (installed, unpacked, 2), (unpacked, installed, 2) }));
        foreach (JsonElement run in runs)
        {
            string[] logs = Directory.GetFiles(Path.Combine(folder, run.GetProperty("name").GetString()!.Replace(' ', '-')), "base.log", SearchOption.AllDirectories);
            string text = string.Concat(logs.Select(File.ReadAllText));
            Assert.That(text, Does.Contain($"{run.GetProperty("qemu").GetString()}/qemu-system-x86_64 ").And.Contains($"{Destination(run) ?? run.GetProperty("qemu").GetString()}/qemu-system-x86_64 "));
        }
    }

    [Test]
    [TestTimeout(60)]
    public async Task Without_a_qemu_nothing_runs()
    {
        string folder = Installed.NewFolder();

        (int exitCode, string output) = await MatrixAsync([Checkout.Functional, "--qemu", folder, "--output", folder]);

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Does.Contain("error: ").And.Contains("has no qemu-system-* in it"));
    }

    private static string? Destination(JsonElement run) => run.TryGetProperty("destination", out JsonElement path) ? path.GetString() : null;

    private static string Unpacked()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string folder = Path.Combine(cache, "qemu-test", "qemu", Suite, "usr", "bin");
        if (!File.Exists(Path.Combine(folder, "qemu-system-x86_64")))
            Assert.Ignore($"the QEMU of {Suite} is not unpacked (eng/unpack-qemu.sh {Suite})");
        return folder;
    }

    private static async Task<(int ExitCode, string Output)> MatrixAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MatrixCommand).Assembly.Location, "matrix", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(Installed.Token);
        string output = await run.StandardOutput.ReadToEndAsync(Installed.Token);
        await run.WaitForExitAsync(Installed.Token);
        return (run.ExitCode, output + await errors);
    }
}
