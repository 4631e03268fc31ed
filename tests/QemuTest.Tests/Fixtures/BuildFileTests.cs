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
}
