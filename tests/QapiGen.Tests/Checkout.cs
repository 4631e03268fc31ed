using System.Collections.Concurrent;
using CliWrap;
using CliWrap.Buffered;

namespace QemuTest.QapiGen.Tests;

/// <summary>The checkout that the tests run from, and QEMU source trees brought by its script.</summary>
internal static class Checkout
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<BufferedCommandResult>>> Sources = [];

    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A QEMU source tree, or a skip that says why there is none.</summary>
    public static async Task<string> QemuSourceAsync(string release)
    {
        BufferedCommandResult result = await Sources.GetOrAdd(release, key => new(() => Cli.Wrap("bash")
            .WithArguments([At("eng", "qemu-source.sh"), key])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync())).Value;
        if (result.ExitCode != 0)
            Assert.Ignore($"QEMU's source is not to be had: {result.StandardError.Trim()}");
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
