using System.Globalization;
using QemuTest.Assets;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Assets;

[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AssetCacheTests
{
    private static readonly byte[] Content = TestCache.Content(100_000);
    private static readonly string Hash = TestCache.Sha256(Content);

    private readonly TestCache _cache = new();
    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolders()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private AssetRequest FromFile => TestCache.Request(Content, "file://" + _folder.Write("source", Content));

    [Test]
    public async Task A_fetched_file_looks_like_one_of_upstream()
    {
        string path = await _cache.FetchAsync(FromFile);

        Assert.That(path, Is.EqualTo(Path.Combine(_cache.Root, "download", Hash)));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.GroupRead));
        long stamp = long.Parse(await File.ReadAllTextAsync(path + ".stamp"), CultureInfo.InvariantCulture);
        Assert.That(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - stamp, Is.InRange(0, 60));
        Assert.That(_cache.Files, Is.EqualTo(new[] { Hash, Hash + ".provenance", Hash + ".stamp", Hash + ".verified" }), "nothing else is left");
    }

    [Test]
    public async Task A_hash_of_128_digits_is_a_sha512()
    {
        AssetHash hash = AssetHash.Parse(Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Content)));

        string path = await _cache.FetchAsync(FromFile with { Hash = hash });

        Assert.That(Path.GetFileName(path), Has.Length.EqualTo(128));
        Assert.That(await _cache.Cache.IsValidAsync(hash, fullCheck: true));
    }

    [TestCase("abc")]
    [TestCase("EBCAFE9229D727101DA05B10F182C59E6D49703AF6D09065DFB46D365626E544")]
    public void A_malformed_hash_is_refused(string hash) =>
        Assert.That(() => new Asset("https://x.invalid/a", hash), Throws.ArgumentException.With.Message.Contains(hash));

    [Test]
    public async Task A_file_of_another_harness_is_used_without_a_request()
    {
        Directory.CreateDirectory(_cache.Cache.Folder);
        string placed = _cache.Cache.PathOf(AssetHash.Parse(Hash));
        await File.WriteAllBytesAsync(placed, Content);
        long inode = NativeFile.Identify(placed)!.Value.Inode;
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));

        string path = await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(path, Is.EqualTo(placed));
        Assert.That(NativeFile.Identify(path)!.Value.Inode, Is.EqualTo(inode));
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public async Task An_unchanged_file_is_not_hashed_again()
    {
        string path = await _cache.FetchAsync(FromFile);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        DateTime time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        await _cache.FetchAsync(FromFile);
        FileIdentity before = NativeFile.Identify(path)!.Value;

        // The same size, time and inode: only hashing finds the damage.
        await File.WriteAllBytesAsync(path, new byte[Content.Length]);
        File.SetLastWriteTimeUtc(path, time);
        Assert.That(NativeFile.Identify(path), Is.EqualTo(before), "the damage is invisible without hashing");

        Assert.That(await _cache.Cache.IsValidAsync(AssetHash.Parse(Hash), fullCheck: false), Is.True);
        Assert.That(await _cache.Cache.IsValidAsync(AssetHash.Parse(Hash), fullCheck: true), Is.False, "full check on request");
        using AssetCache strict = new(_cache.Cache.Settings with { FullCheckAge = TimeSpan.Zero });
        Assert.That(await strict.IsValidAsync(AssetHash.Parse(Hash), fullCheck: false), Is.False, "full check after an age");
    }

    [Test]
    public async Task A_damaged_file_is_fetched_again()
    {
        string path = await _cache.FetchAsync(FromFile);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(path, "damage");

        await _cache.FetchAsync(FromFile);

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
    }

    [Test]
    public async Task Without_downloads_a_missing_file_is_an_offline_failure_with_the_command_to_fetch_it()
    {
        using AssetCache offline = new(_cache.Cache.Settings with { NoDownload = true });
        AssetException? error = await Assert.CatchAsync<AssetException>(() => offline.FetchAsync(FromFile));

        Assert.That(error!.Failure, Is.EqualTo(AssetFailure.Offline));
        Assert.That(error.Message, Does.Contain("test/asset").And.Contain("QEMU_TEST_NO_DOWNLOAD").And.Contain("qemu-test precache test/asset"));
        Assert.That(error.Path, Is.EqualTo(_cache.Cache.PathOf(AssetHash.Parse(Hash))));
        await _cache.FetchAsync(FromFile);
        await offline.FetchAsync(FromFile);
    }

    [Test]
    public async Task A_refresh_fetches_a_valid_file_again_once()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        AssetRequest request = TestCache.Request(Content, server.Url);
        await _cache.FetchAsync(request);
        using AssetCache refreshing = new(_cache.Cache.Settings with { Refresh = true });

        await refreshing.FetchAsync(request);
        await refreshing.FetchAsync(request);

        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_killed_download_is_resumed()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        Directory.CreateDirectory(_cache.Cache.Folder);
        string partial = Path.Combine(_cache.Cache.Folder, Hash + ".partial");
        await File.WriteAllBytesAsync(partial, Content[..60_000]);
        await File.WriteAllLinesAsync(partial + ".source", [server.Url, "\"v1\""]);
        await File.WriteAllTextAsync(Path.Combine(_cache.Cache.Folder, Hash + ".lock"), "");

        await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(server.BytesSent, Is.EqualTo(40_000));
        Assert.That(_cache.Files, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_complete_partial_file_is_not_sent_again()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        Directory.CreateDirectory(_cache.Cache.Folder);
        string partial = Path.Combine(_cache.Cache.Folder, Hash + ".partial");
        await File.WriteAllBytesAsync(partial, Content);
        await File.WriteAllLinesAsync(partial + ".source", [server.Url, "\"v1\""]);

        await _cache.FetchAsync(TestCache.Request(Content, server.Url));

        Assert.That(server.BytesSent, Is.Zero);
    }

    [Test]
    public async Task Parallel_fetches_of_one_asset_download_it_once()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 10_000, pause: TimeSpan.FromMilliseconds(20)));
        AssetRequest request = TestCache.Request(Content, server.Url);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _cache.FetchAsync(request)));

        Assert.That(server.BytesSent, Is.EqualTo(Content.Length));
    }

    [Test]
    public async Task The_mark_for_upstream_exists_only_during_a_download()
    {
        TaskCompletionSource halfway = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RudeServer server = new(async exchange =>
        {
            await exchange.HeadAsync("200 OK", Content.Length);
            await exchange.BodyAsync(Content.AsMemory(0, 50_000));
            halfway.SetResult();
            await goOn.Task;
            await exchange.BodyAsync(Content.AsMemory(50_000));
        });
        Task<string> fetch = _cache.FetchAsync(TestCache.Request(Content, server.Url));
        await halfway.Task;
        string mark = Path.Combine(_cache.Cache.Folder, Hash + ".download");

        Assert.That(File.Exists(mark));
        goOn.SetResult();
        await fetch;
        Assert.That(File.Exists(mark), Is.False);
    }

    [Test]
    [TestTimeout(60)]
    public async Task A_fetch_waits_for_a_download_of_upstream_and_uses_its_file()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        Directory.CreateDirectory(_cache.Cache.Folder);
        string mark = Path.Combine(_cache.Cache.Folder, Hash + ".download");
        await File.WriteAllBytesAsync(mark, Content[..10]);
        Task<string> fetch = _cache.FetchAsync(TestCache.Request(Content, server.Url));
        await FolderIsWatchedAsync(_cache.Cache.Folder, Installed.Token);
        Assert.That(fetch.IsCompleted, Is.False);

        await File.WriteAllBytesAsync(mark, Content);
        File.Move(mark, Path.Combine(_cache.Cache.Folder, Hash));

        // Without the event of the move, the wait would last until the mark is 90 s old.
        await fetch.WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(30)), Installed.Token);
        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public async Task An_old_mark_of_upstream_is_deleted()
    {
        Directory.CreateDirectory(_cache.Cache.Folder);
        string mark = Path.Combine(_cache.Cache.Folder, Hash + ".download");
        await File.WriteAllTextAsync(mark, "stale");
        File.SetLastWriteTimeUtc(mark, DateTime.UtcNow.AddMinutes(-5));

        await _cache.FetchAsync(FromFile);

        Assert.That(_cache.Files, Has.None.EndsWith(".download"));
    }

    [Test]
    public async Task The_wait_for_a_lock_ends_at_its_timeout()
    {
        using TestCache impatient = new(settings => settings with { LockTimeout = TimeSpan.FromMilliseconds(300) });
        Directory.CreateDirectory(impatient.Cache.Folder);
        using FileLock held = FileLock.TryAcquire(Path.Combine(impatient.Cache.Folder, Hash + ".lock"))!;

        AssetException error = await impatient.FailsAsync(FromFile);

        Assert.That(error.Message, Does.Contain("another process holds").And.Contain(Hash));
        Assert.That(error.IsTransient);
    }

    [Test]
    public async Task Prune_deletes_old_files_and_leftovers_but_no_file_in_use()
    {
        string used = await _cache.FetchAsync(FromFile);
        byte[] other = TestCache.Content(5000, seed: 3);
        using (AssetCache elsewhere = new(_cache.Cache.Settings))
            await elsewhere.FetchAsync(TestCache.Request(other, "file://" + _folder.Write("other", other)));
        foreach (string hash in (string[])[Hash, TestCache.Sha256(other)])
            await File.WriteAllTextAsync(Path.Combine(_cache.Cache.Folder, hash + ".stamp"), "1000000000");
        string orphan = TestCache.Sha256([9]);
        foreach (string name in (string[])[orphan + ".stamp", orphan + ".verified", orphan + ".partial", orphan + ".partial.source", orphan + ".download"])
        {
            await File.WriteAllTextAsync(Path.Combine(_cache.Cache.Folder, name), "x");
            File.SetLastWriteTimeUtc(Path.Combine(_cache.Cache.Folder, name), DateTime.UtcNow.AddDays(-2));
        }

        PruneResult result = new CachePrune(_cache.Cache, TimeSpan.FromDays(183), long.MaxValue).Run();

        Assert.That(File.Exists(used), "this process uses it");
        Assert.That(_cache.Files.Where(name => name.StartsWith(orphan, StringComparison.Ordinal)), Is.Empty);
        Assert.That(result, Is.EqualTo(new PruneResult(Files: 1, Bytes: 5000, Leftovers: 5, InUse: 1, BytesLeft: Content.Length)));
    }

    [Test]
    public async Task Prune_deletes_the_least_recently_used_files_above_the_size()
    {
        string[] paths = new string[3];
        using (AssetCache elsewhere = new(_cache.Cache.Settings))
        {
            for (int i = 0; i < 3; i++)
            {
                byte[] content = TestCache.Content(1000, seed: 10 + i);
                paths[i] = await elsewhere.FetchAsync(TestCache.Request(content, "file://" + _folder.Write($"f{i}", content)));
            }
        }

        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach ((string path, int age) in paths.Zip([30, 60, 10]))
            await File.WriteAllTextAsync(path + ".stamp", (now - age).ToString(CultureInfo.InvariantCulture));
        new CachePrune(_cache.Cache, TimeSpan.FromDays(183), 2000).Run();

        Assert.That(paths.Select(File.Exists), Is.EqualTo(new[] { true, false, true }));
    }

    /// <summary>Waits until this process watches a folder, which the kernel lists with the inotify descriptors.</summary>
    private static async Task FolderIsWatchedAsync(string folder, CancellationToken cancellationToken)
    {
        string watch = $" ino:{NativeFile.Identify(folder)!.Value.Inode:x} ";
        while (!Directory.GetFiles("/proc/self/fdinfo").Any(IsWatch))
            await Task.Delay(10, cancellationToken);

        bool IsWatch(string descriptor)
        {
            try
            {
                return File.ReadAllText(descriptor).Contains(watch, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // Another thread closed it.
                return false;
            }
        }
    }
}
