using CliWrap;
using CliWrap.Buffered;
using QemuTest.NUnit;

namespace QemuTest.Tests.Scripts;

/// <summary>QemuTest/Vfio/Recipe/build.sh uses an existing image. The images are empty folders, and apt fails: a real build fails the
/// test.</summary>
[Quick]
[TestTimeout(60)]
[SkipIfMissingCommands("busybox", "gcc", "make", "cpio", "xz", "ar", "dpkg-deb", "flock")]
public sealed class LabImageScriptTests
{
    private const string Mine = "0123456789abcdef";
    private const string Others = "fedcba9876543210";

    private readonly string _folder = Installed.NewFolder();

    private string Images => Path.Combine(_folder, "qemu-test", "vfio-lab");

    [SetUp]
    public void BreakApt() => Installed.Script(_folder, "apt-get", "echo no apt >&2; exit 1");

    // The names sort before and after that of the link 'current'.
    [TestCase(Mine, Others)]
    [TestCase(Others, Mine)]
    public async Task An_image_of_this_recipe_becomes_the_current_one_and_the_other_stays(string mine, string others)
    {
        await KeepAsync(mine, await RecipeAsync());
        await KeepAsync(others, "another recipe");
        File.CreateSymbolicLink(Path.Combine(Images, "current"), others);

        BufferedCommandResult first = await BuildAsync();
        BufferedCommandResult second = await BuildAsync();

        Assert.That(first.ExitCode, Is.Zero, first.StandardError);
        Assert.That(first.StandardOutput.Trim(), Is.EqualTo(Path.Combine(Images, mine)));
        Assert.That(second.StandardOutput, Is.EqualTo(first.StandardOutput));
        Assert.That(new DirectoryInfo(Path.Combine(Images, "current")).LinkTarget, Is.EqualTo(mine));
        Assert.That(Directory.GetDirectories(Images).Select(Path.GetFileName), Is.EquivalentTo(new[] { mine, others, "current" }));
    }

    [Test]
    public async Task An_image_without_use_for_a_week_is_deleted()
    {
        await KeepAsync(Mine, await RecipeAsync());
        await KeepAsync(Others, "another recipe");
        Directory.SetLastWriteTimeUtc(Path.Combine(Images, Others), DateTime.UtcNow.AddDays(-9));

        BufferedCommandResult result = await BuildAsync();

        Assert.That(result.ExitCode, Is.Zero, result.StandardError);
        Assert.That(Directory.GetDirectories(Images).Select(Path.GetFileName), Is.EquivalentTo(new[] { Mine, "current" }));
    }

    [Test]
    public async Task An_image_of_another_recipe_is_not_used()
    {
        await KeepAsync(Others, "another recipe");
        File.CreateSymbolicLink(Path.Combine(Images, "current"), Others);

        BufferedCommandResult result = await BuildAsync();

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.StandardError, Does.Contain("no apt"));
        Assert.That(new DirectoryInfo(Path.Combine(Images, "current")).LinkTarget, Is.EqualTo(Others));
    }

    [Test]
    public async Task The_recipe_runs_from_a_folder_of_its_own()
    {
        string recipe = Directory.CreateDirectory(Path.Combine(_folder, "recipe")).FullName;
        Directory.CreateDirectory(Path.Combine(recipe, "synthdev"));
        foreach (string file in (string[])["build.sh", "init", "synthdev/synthdev.c"])
            File.Copy(Path.Combine(Recipe, file), Path.Combine(recipe, file));
        File.Copy(
            Path.Combine(Checkout.Root, "QemuTest", "Core", "Assets", "Sources", "Apt", "apt-source.sh"), Path.Combine(recipe, "apt-source.sh"));
        await KeepAsync(Mine, await RecipeAsync());

        BufferedCommandResult existing = await RunAsync("bash", Path.Combine(recipe, "build.sh"));
        BufferedCommandResult refreshed = await RunAsync("bash", Path.Combine(recipe, "build.sh"), "--refresh");

        Assert.That(existing.StandardOutput.Trim(), Is.EqualTo(Path.Combine(Images, Mine)), existing.StandardError);
        Assert.That(refreshed.StandardError, Does.Contain("no apt").And.Not.Contain("No such file"));
    }

    private static string Recipe => Path.Combine(Checkout.Root, "QemuTest", "Vfio", "Recipe");

    private async Task KeepAsync(string key, string recipe)
    {
        Directory.CreateDirectory(Path.Combine(Images, key));
        await File.WriteAllTextAsync(Path.Combine(Images, key, "recipe"), recipe + "\n");
    }

    // Computed by the script's own lines.
    private async Task<string> RecipeAsync() => (await RunAsync("bash", "-c", """
        here=$0; busybox=$(command -v busybox)
        eval "$(sed -n '/^recipe=/,/^} |/p' "$here/build.sh")"
        printf %s "$recipe"
        """, Recipe)).StandardOutput;

    private Task<BufferedCommandResult> BuildAsync() => RunAsync("bash", Path.Combine(Recipe, "build.sh"));

    private async Task<BufferedCommandResult> RunAsync(string program, params string[] arguments) => await Cli.Wrap(program)
        .WithArguments(arguments)
        .WithEnvironmentVariables(set => set
            .Set("PATH", $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}")
            .Set("XDG_CACHE_HOME", _folder))
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(Installed.Token);
}
