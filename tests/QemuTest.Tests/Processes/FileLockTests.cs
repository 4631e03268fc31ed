using System.Diagnostics;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Processes;

[Quick]
[TestTimeout(60)]
public sealed class FileLockTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly string _path = Path.Combine(Installed.NewFolder(), "lock");

    [Test]
    [SkipIfMissingCommands("flock")]
    public async Task The_lock_of_a_killed_holder_is_free()
    {
        using Process holder = Process.Start(new ProcessStartInfo(
            "flock", ["--no-fork", _path, "sh", "-c", "echo held; exec sleep 600"]) { RedirectStandardOutput = true })!;
        Assert.That(await holder.StandardOutput.ReadLineAsync(Installed.Token), Is.EqualTo("held"));
        Assert.That(FileLock.TryAcquire(_path), Is.Null);
        Task<FileLock> waiting = FileLock.AcquireAsync(_path, "a test", Generous, Installed.Token);

        Signals.Send(holder.Id, Signal.Kill);

        using FileLock acquired = await waiting;
        await holder.WaitForExitAsync(Installed.Token);
    }

    [Test]
    public void A_held_lock_is_refused_and_its_file_deleted_with_it()
    {
        using (FileLock held = FileLock.TryAcquire(_path)!)
        {
            Assert.That(FileLock.TryAcquire(_path), Is.Null);
        }

        Assert.That(File.Exists(_path), Is.False);
    }

    [Test]
    public void A_wait_that_is_too_long_names_the_purpose_and_the_file()
    {
        using FileLock held = FileLock.TryAcquire(_path)!;

        Assert.That(
            () => FileLock.AcquireAsync(_path, "asset x", TimeSpan.FromMilliseconds(50), Installed.Token),
            Throws.TypeOf<TimeoutException>().With.Message.Contains("asset x").And.Message.Contains(_path));
    }

    [Test]
    public void An_unlocked_file_stays()
    {
        FileLock.TryAcquire(_path)!.Unlock();

        Assert.That(File.Exists(_path));
        FileLock.TryAcquire(_path)!.Dispose();
    }
}
