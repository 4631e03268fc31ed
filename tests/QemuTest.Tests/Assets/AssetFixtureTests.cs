using System.Text;
using CliWrap;
using CliWrap.Buffered;
using QemuTest.Assets;
using QemuTest.NUnit;
using QemuTest.Tests.Archives;
using QemuTest.Tests.Host.Samples;

namespace QemuTest.Tests.Assets;

/// <summary>The assets of a real fixture, in a process with its own cache.</summary>
[Thorough]
public sealed class AssetFixtureTests
{
    [Test]
    [TestTimeout(60)]
    public async Task A_fixture_decompresses_and_extracts_its_assets()
    {
        string[] expected = [.. typeof(AssetSample).GetMethods().Where(method => method.IsDefined(typeof(TestAttribute), false)).Select(method => method.Name)];
        using var folder = new TestFolder();
        folder.Write("text.gz", TestArchive.Gzip(Encoding.UTF8.GetBytes(TestArchive.Hello)));
        folder.Write("tree.tar.gz", TestArchive.Gzip(TestArchive.Tar(TestArchive.File("dir/a"), TestArchive.File("b", "second"))));

        BufferedCommandResult run = await Cli.Wrap("dotnet")
            .WithArguments([Checkout.Samples, "fixture", Checkout.Samples, typeof(AssetSample).FullName!, folder.At("work")])
            .WithEnvironmentVariables(variables => variables
                .Set(AssetSample.FolderVariable, folder.Path)
                .Set(AssetSettings.CacheVariable, folder.At("cache"))
                .Set(AssetSettings.NoDownloadVariable, null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.CurrentContext.CancellationToken);

        Assert.That(run.ExitCode, Is.Zero, run.StandardOutput + run.StandardError);
        Assert.That(expected, Is.Not.Empty);
        Assert.That(
            run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EquivalentTo(expected.Select(name => $"Passed {typeof(AssetSample).FullName}.{name}")));
    }
}
