using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class RunFolderTests
{
    private readonly string _root = Path.Combine(Installed.NewFolder(), "root");

    [Test]
    public void A_folder_is_deleted_with_its_owner()
    {
        using (var folder = RunFolder.Create(_root))
            File.WriteAllText(Path.Combine(folder.Path, "file"), "");

        Assert.That(Directory.EnumerateFileSystemEntries(_root), Is.Empty);
    }

    [Test]
    public void A_folder_in_use_survives_the_start_of_others()
    {
        using var mine = RunFolder.Create(_root);
        using (RunFolder.Create(_root))
        {
            Assert.That(Directory.Exists(mine.Path));
        }

        Assert.That(Directory.Exists(mine.Path));
    }

    [Test]
    public void The_folder_of_a_killed_owner_is_deleted_at_the_next_start()
    {
        // A killed process leaves a folder, and a lock file that nobody holds.
        string left = Path.Combine(_root, "1-dead");
        Directory.CreateDirectory(Path.Combine(left, "deep"));
        File.WriteAllText(Path.Combine(left, "deep", "file"), "");
        File.WriteAllText(left + ".lock", "");

        using (RunFolder.Create(_root))
        {
            Assert.That(Directory.Exists(left), Is.False);
            Assert.That(File.Exists(left + ".lock"), Is.False);
        }
    }
}
