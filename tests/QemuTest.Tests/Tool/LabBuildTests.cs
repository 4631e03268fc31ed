using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary><c>qemu-test lab build</c>.</summary>
[Quick]
public sealed class LabBuildTests
{
    [Test]
    public void The_recipe_is_beside_the_tool() => Assert.Multiple(() =>
    {
        Assert.That(LabBuild.Recipe, Does.Exist);
        Assert.That(Path.Combine(Path.GetDirectoryName(LabBuild.Recipe)!, "synthdev", "synthdev.c"), Does.Exist);
    });

    [TestCase(0, 0)]
    [TestCase(3, 1)]
    public async Task The_exit_code_says_whether_there_is_an_image(int recipe, int expected)
    {
        string folder = Installed.NewFolder();

        int exitCode = await LabBuild.RunAsync(Installed.Script(folder, "build.sh", $"exit {recipe}"), refresh: false, Installed.Token);

        Assert.That(exitCode, Is.EqualTo(expected));
    }

    [TestCase(false, "")]
    [TestCase(true, "--refresh")]
    public async Task Refresh_is_passed_to_the_recipe(bool refresh, string expected)
    {
        string folder = Installed.NewFolder();

        await LabBuild.RunAsync(Installed.Script(folder, "build.sh", $"echo \"$*\" > '{folder}/arguments'"), refresh, Installed.Token);

        Assert.That(File.ReadAllText(Path.Combine(folder, "arguments")).Trim(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Without_a_recipe_the_exit_code_is_2() =>
        Assert.That(await LabBuild.RunAsync(Path.Combine(Installed.NewFolder(), "build.sh"), refresh: false, Installed.Token), Is.EqualTo(2));

    [Test]
    [TestTimeout(30)]
    public async Task Cancellation_ends_the_recipe()
    {
        string folder = Installed.NewFolder();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Installed.Token);
        string started = Path.Combine(folder, "started");
        NamedPipe.Create(started);
        Task<int> build = LabBuild.RunAsync(Installed.Script(folder, "build.sh", $"echo > '{started}'; read -r line < '{started}'"), refresh: false, cancellation.Token);
        await File.ReadAllTextAsync(started, Installed.Token);

        await cancellation.CancelAsync();

        Assert.That(await build, Is.EqualTo(1));
    }
}
