using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>Paths in QEMU's build tree.</summary>
[Quick]
[NonParallelizable]
public sealed class BuildFileTests
{
    private const string BuildRoot = "QEMU_BUILD_ROOT";

    [Test]
    public void Without_a_build_tree_the_test_is_skipped([Values(null, "")] string? root)
    {
        using var variable = new TemporaryVariable(BuildRoot, root);

        Assert.That(
            () => QemuBaseTest.PluginFile("libinsn"),
            Throws.TypeOf<IgnoreException>().With.Message.Contains("MESON_BUILD_ROOT or QEMU_BUILD_ROOT is not set").And.Message.Contains("tests/tcg/plugins/libinsn.so"));
    }

    [Test]
    public void With_a_build_tree_the_path_is_absolute()
    {
        using var variable = new TemporaryVariable(BuildRoot, "no-such-build");

        Assert.That(
            QemuBaseTest.PluginFile("libinsn"),
            Is.EqualTo(Path.Combine(Environment.CurrentDirectory, "no-such-build", "tests", "tcg", "plugins", "libinsn.so")));
    }

    [Test]
    public void The_variable_that_meson_sets_has_precedence()
    {
        using var meson = new TemporaryVariable("MESON_BUILD_ROOT", "/meson");
        using var own = new TemporaryVariable(BuildRoot, "/own");

        Assert.That(QemuBaseTest.BuildFile("x"), Is.EqualTo("/meson/x"));
    }

    [Test]
    public void The_emulators_of_a_build_tree_replace_those_in_PATH()
    {
        string folder = Installed.NewFolder();
        Installed.Script(folder, "qemu-system-avr", "exit 1");
        using var own = new TemporaryVariable(BuildRoot, folder);

        Assert.That(SystemTargets.Installed(), Is.EqualTo(new Dictionary<string, string> { ["avr"] = Path.Combine(folder, "qemu-system-avr") }));
    }

    [Test]
    public void A_build_tree_without_emulators_leaves_those_in_PATH()
    {
        IReadOnlyDictionary<string, string> inPath = SystemTargets.Installed();
        using var own = new TemporaryVariable(BuildRoot, Installed.NewFolder());

        Assert.That(SystemTargets.Installed(), Is.EqualTo(inPath));
    }
}
