using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>Files of QEMU's build tree, where there is one.</summary>
[Quick]
public sealed class BuildFileTests
{
    [Test]
    public void A_plugin_is_in_the_build_tree_or_skips_the_test()
    {
        if (Environment.GetEnvironmentVariable("QEMU_BUILD_ROOT") is { Length: > 0 } root)
            Assert.That(QemuBaseTest.PluginFile("libinsn"), Is.EqualTo(Path.Combine(Path.GetFullPath(root), "tests/tcg/plugins/libinsn.so")));
        else
            Assert.That(() => QemuBaseTest.PluginFile("libinsn"), Throws.TypeOf<IgnoreException>().With.Message.Contains("needs tests/tcg/plugins/libinsn.so"));
    }
}
