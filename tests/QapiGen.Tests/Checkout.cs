using System.Collections.Concurrent;
using CliWrap;
using CliWrap.Buffered;

namespace QemuTest.QapiGen.Tests;

/// <summary>The checkout of the running tests, and QEMU source trees.</summary>
internal static class Checkout
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<BufferedCommandResult>>> Sources = [];

    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Gets a QEMU source tree, or skips the test with the reason.</summary>
    public static async Task<string> QemuSourceAsync(string release)
    {
        BufferedCommandResult result = await Sources.GetOrAdd(release, key => new(() => Cli.Wrap("bash")
            .WithArguments([At("eng", "qemu-source.sh"), key])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync())).Value;
        if (result.ExitCode != 0)
            Assert.Ignore($"QEMU's source is not available: {result.StandardError.Trim()}");
        return result.StandardOutput.Trim();
    }

    private static string FindRoot()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "QemuTest.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
