using QemuTest.NUnit;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary>How <c>qemu-test matrix</c> finds the QEMUs that a user names. The QEMUs are scripts of the test, and no suite is fetched.</summary>
[Quick]
public sealed class MatrixQemuTests
{
    private readonly string _root = Installed.NewFolder();
    private readonly List<string> _fetched = [];

    [TestCase("10.0", "10.0.2")]
    [TestCase("10", "10.0.2")]
    [TestCase("10.0.2", "10.0.2")]
    [TestCase("installed", "10.0.2")]
    public async Task The_installed_qemu_is_taken_if_it_has_the_version(string name, string version)
    {
        MatrixQemu qemu = await OpenAsync(name);

        Assert.That((qemu.Name, qemu.Path), Is.EqualTo((version, Folder("own"))));
        Assert.That(_fetched, Is.Empty);
    }

    [TestCase("7.2", "bookworm")]
    [TestCase("7", "bookworm")]
    [TestCase("7.2.22", "bookworm")]
    [TestCase("11.1", "trixie-backports")]
    [TestCase("bookworm", "bookworm")]
    public async Task A_version_or_a_suite_is_fetched(string name, string suite)
    {
        MatrixQemu qemu = await OpenAsync(name);

        Assert.That(_fetched, Is.EqualTo(new[] { suite }));
        Assert.That(qemu.Path, Is.EqualTo(Folder(suite)));
    }

    [Test]
    public async Task A_version_is_no_prefix_of_a_longer_number() =>
        Assert.That((await OpenErrorAsync("1")).Message, Does.Contain("no Debian suite is known to have QEMU 1"));

    [Test]
    public async Task A_suite_with_another_version_is_an_error() =>
        Assert.That((await OpenErrorAsync("7.2.1")).Message, Does.Contain("bookworm has QEMU 7.2.22, not 7.2.1"));

    [TestCase("")]
    [TestCase("build")]
    [TestCase("bin")]
    [TestCase("usr/bin")]
    public async Task A_folder_is_a_build_tree_a_source_tree_or_an_installation(string below)
    {
        Make(Path.Combine("tree", below), "9.1.0");

        MatrixQemu qemu = await OpenAsync(Folder("tree") + "/");

        Assert.That((qemu.Name, qemu.Path), Is.EqualTo(("9.1.0", Path.TrimEndingDirectorySeparator(Path.Combine(Folder("tree"), below)))));
    }

    [Test]
    public async Task A_binary_is_taken_alone()
    {
        string binary = Make("tree", "9.1.0");

        Assert.That((await OpenAsync(binary)).Path, Is.EqualTo(binary));
    }

    [TestCase("Trixie!", "names no QEMU")]
    [TestCase("/nowhere", "neither a folder nor a qemu-system-* binary")]
    [TestCase("/bin/true", "neither a folder nor a qemu-system-* binary")]
    [TestCase("/proc", "has no qemu-system-* in it")]
    [TestCase("8.0", "no Debian suite is known to have QEMU 8.0")]
    public async Task A_name_without_a_qemu_is_an_error(string name, string error) =>
        Assert.That((await OpenErrorAsync(name)).Message, Does.Contain(error));

    [Test]
    public async Task The_same_qemu_twice_is_an_error() =>
        Assert.That((await OpenErrorAsync("installed", "10.0")).Message, Does.Contain("'installed' and '10.0' are the same QEMU"));

    [Test]
    public async Task Qemus_of_one_version_have_the_users_names_too()
    {
        string binary = Make("tree", "10.0.2");

        IReadOnlyList<MatrixQemu> qemus = await Choice().OpenAsync(["installed", binary, "7.2"], Installed.Token);

        Assert.That(qemus.Select(qemu => qemu.Name), Is.EqualTo(new[] { "10.0.2 (installed)", $"10.0.2 ({binary})", "7.2.22" }));
    }

    [Test]
    public void The_script_travels_with_the_tool()
    {
        Assert.That(UnpackedQemu.Script, Does.Exist);
        Assert.That(Path.Combine(Path.GetDirectoryName(UnpackedQemu.Script)!, "apt-source.sh"), Does.Exist);
    }

    private string Folder(string name) => Path.Combine(_root, name);

    private string Make(string folder, string version)
    {
        Directory.CreateDirectory(Folder(folder));
        return Installed.Script(Folder(folder), "qemu-system-arm", $"echo 'QEMU emulator version {version} (sample)'");
    }

    private QemuChoice Choice()
    {
        Make("own", "10.0.2");
        return new QemuChoice(
            (suite, _) =>
            {
                _fetched.Add(suite);
                Make(suite, suite == "bookworm" ? "7.2.22" : "11.1.3");
                return Task.FromResult(Folder(suite));
            },
            Folder("own"));
    }

    private async Task<MatrixQemu> OpenAsync(string name) => (await Choice().OpenAsync([name], Installed.Token))[0];

    private async Task<MatrixException> OpenErrorAsync(params string[] names)
    {
        try
        {
            await Choice().OpenAsync(names, Installed.Token);
        }
        catch (MatrixException error)
        {
            return error;
        }

        throw new AssertionException($"{string.Join(", ", names)}: no error");
    }
}
