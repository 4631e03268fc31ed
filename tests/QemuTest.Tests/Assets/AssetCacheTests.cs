using System.Diagnostics;
using System.Globalization;
using QemuTest.Assets;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Assets;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Thorough]
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
    public async Task A_brought_file_looks_as_upstream_leaves_it()
    {
        string path = await _cache.FetchAsync(FromFile);

        Assert.That(path, Is.EqualTo(Path.Combine(_cache.Root, "download", Hash)));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.GroupRead));
        long stamp = long.Parse(await File.ReadAllTextAsync(path + ".stamp"), CultureInfo.InvariantCulture);
        Assert.That(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - stamp, Is.InRange(0, 60));
        Assert.That(_cache.Files, Is.EqualTo(new[] { Hash, Hash + ".provenance", Hash + ".stamp", Hash + ".verified" }), "nothing else stays");
    }

    [Test]
    public async Task A_sha512_is_told_by_its_length()
    {
        AssetHash hash = AssetHash.Parse(Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Content)));

        string path = await _cache.FetchAsync(FromFile with { Hash = hash });

        Assert.That(Path.GetFileName(path), Has.Length.EqualTo(128));
        Assert.That(await _cache.Cache.IsValidAsync(hash, fullCheck: true, CancellationToken.None));
    }

    [TestCase("abc")]
    [TestCase("EBCAFE9229D727101DA05B10F182C59E6D49703AF6D09065DFB46D365626E544")]
    public void A_malformed_hash_is_refused(string hash) =>
        Assert.That(() => new Asset("https://x.invalid/a", hash), Throws.ArgumentException.With.Message.Contains(hash));

    [Test]
    public async Task A_file_that_another_harness_left_is_taken_as_it_is()
    {
        Directory.CreateDirectory(_cache.Cache.Folder);
        await File.WriteAllBytesAsync(_cache.Cache.PathOf(AssetHash.Parse(Hash)), Content);

        await _cache.FetchAsync(TestCache.Request(Content, "https://never.invalid/asked"));
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

        // Same size, time and inode: damage that only hashing can see.
        await File.WriteAllBytesAsync(path, new byte[Content.Length]);
        File.SetLastWriteTimeUtc(path, time);
        Assert.That(NativeFile.Identify(path), Is.EqualTo(before), "the test itself");

        Assert.That(await _cache.Cache.IsValidAsync(AssetHash.Parse(Hash), fullCheck: false, CancellationToken.None), Is.True);
        Assert.That(await _cache.Cache.IsValidAsync(AssetHash.Parse(Hash), fullCheck: true, CancellationToken.None), Is.False, "full check on request");
        using AssetCache strict = new(_cache.Cache.Settings with { FullCheckAge = TimeSpan.Zero });
        Assert.That(await strict.IsValidAsync(AssetHash.Parse(Hash), fullCheck: false, CancellationToken.None), Is.False, "full check after an age");
    }

    [Test]
    public async Task A_damaged_file_is_brought_anew()
    {
        string path = await _cache.FetchAsync(FromFile);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(path, "damage");

        await _cache.FetchAsync(FromFile);

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
    }

    [Test]
    public async Task Without_downloads_a_missing_file_is_an_offline_failure_with_the_command_that_brings_it()
    {
        using AssetCache offline = new(_cache.Cache.Settings with { NoDownload = true });
        AssetException? e = await Assert.CatchAsync<AssetException>(() => offline.FetchAsync(FromFile, null, CancellationToken.None));

        Assert.That(e!.Failure, Is.EqualTo(AssetFailure.Offline));
        Assert.That(e.Message, Does.Contain("test/asset").And.Contain("QEMU_TEST_NO_DOWNLOAD").And.Contain("eng/precache.sh test/asset"));
        await _cache.FetchAsync(FromFile);
        await offline.FetchAsync(FromFile, null, CancellationToken.None);
    }

    [Test]
    public async Task A_refresh_brings_a_valid_file_anew_once()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        AssetRequest request = TestCache.Request(Content, server.Url);
        await _cache.FetchAsync(request);
        using AssetCache refreshing = new(_cache.Cache.Settings with { Refresh = true });

        await refreshing.FetchAsync(request, null, CancellationToken.None);
        await refreshing.FetchAsync(request, null, CancellationToken.None);

        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_a_killed_download_left_is_gone_on_with()
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
    public async Task A_killed_download_that_had_everything_sends_nothing_again()
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
    public async Task Many_who_want_one_asset_at_once_download_it_once()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content, chunk: 10_000, pause: TimeSpan.FromMilliseconds(20)));
        AssetRequest request = TestCache.Request(Content, server.Url);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _cache.FetchAsync(request)));

        Assert.That(server.BytesSent, Is.EqualTo(Content.Length));
    }

    [Test]
    public async Task While_we_download_upstream_sees_its_own_mark_and_it_goes_at_the_end()
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
    public async Task A_download_of_upstream_is_waited_for_and_its_file_taken()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        Directory.CreateDirectory(_cache.Cache.Folder);
        string mark = Path.Combine(_cache.Cache.Folder, Hash + ".download");
        await File.WriteAllBytesAsync(mark, Content[..10]);
        Stopwatch clock = Stopwatch.StartNew();
        Task<string> fetch = _cache.FetchAsync(TestCache.Request(Content, server.Url));
        await Task.Delay(300);
        Assert.That(fetch.IsCompleted, Is.False);

        await File.WriteAllBytesAsync(mark, Content);
        File.Move(mark, Path.Combine(_cache.Cache.Folder, Hash));
        await fetch;

        Assert.That(server.Requests, Is.Empty);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_mark_that_upstream_left_behind_is_taken_away()
    {
        Directory.CreateDirectory(_cache.Cache.Folder);
        string mark = Path.Combine(_cache.Cache.Folder, Hash + ".download");
        await File.WriteAllTextAsync(mark, "stale");
        File.SetLastWriteTimeUtc(mark, DateTime.UtcNow.AddMinutes(-5));

        await _cache.FetchAsync(FromFile);

        Assert.That(_cache.Files, Has.None.EndsWith(".download"));
    }

    [Test]
    public async Task A_lock_that_another_holds_is_waited_for_only_as_long_as_allowed()
    {
        using TestCache impatient = new(settings => settings with { LockTimeout = TimeSpan.FromMilliseconds(300) });
        Directory.CreateDirectory(impatient.Cache.Folder);
        using FileLock held = FileLock.TryAcquire(Path.Combine(impatient.Cache.Folder, Hash + ".lock"))!;

        AssetException e = await impatient.FailsAsync(FromFile);

        Assert.That(e.Message, Does.Contain("another process holds").And.Contain(Hash));
        Assert.That(e.IsTransient);
    }

    [Test]
    public async Task Prune_takes_what_is_old_and_what_is_left_over_and_spares_what_is_in_use()
    {
        string used = await _cache.FetchAsync(FromFile);
        byte[] other = TestCache.Content(5000, seed: 3);
        using (AssetCache elsewhere = new(_cache.Cache.Settings))
            await elsewhere.FetchAsync(TestCache.Request(other, "file://" + _folder.Write("other", other)), null, CancellationToken.None);
        foreach (string hash in (string[])[Hash, TestCache.Sha256(other)])
            await File.WriteAllTextAsync(Path.Combine(_cache.Cache.Folder, hash + ".stamp"), "1000000000");
        string orphan = TestCache.Sha256([9]);
        foreach (string name in (string[])[orphan + ".stamp", orphan + ".verified", orphan + ".partial", orphan + ".partial.source", orphan + ".download"])
        {
            await File.WriteAllTextAsync(Path.Combine(_cache.Cache.Folder, name), "x");
            File.SetLastWriteTimeUtc(Path.Combine(_cache.Cache.Folder, name), DateTime.UtcNow.AddDays(-2));
        }

        PruneResult result = new CachePrune(_cache.Cache, TimeSpan.FromDays(183), long.MaxValue).Run();

        Assert.That(File.Exists(used), "it is in use by this process");
        Assert.That(_cache.Files.Where(name => name.StartsWith(orphan, StringComparison.Ordinal)), Is.Empty);
        Assert.That(result, Is.EqualTo(new PruneResult(Files: 1, Bytes: 5000, Leftovers: 5, InUse: 1, BytesLeft: Content.Length)));
    }

    [Test]
    public async Task Prune_keeps_the_size_by_taking_the_least_recently_used()
    {
        string[] paths = new string[3];
        using (AssetCache elsewhere = new(_cache.Cache.Settings))
        {
            for (int i = 0; i < 3; i++)
            {
                byte[] content = TestCache.Content(1000, seed: 10 + i);
                paths[i] = await elsewhere.FetchAsync(TestCache.Request(content, "file://" + _folder.Write($"f{i}", content)), null, CancellationToken.None);
            }
        }

        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach ((string path, int age) in paths.Zip([30, 60, 10]))
            await File.WriteAllTextAsync(path + ".stamp", (now - age).ToString(CultureInfo.InvariantCulture));
        new CachePrune(_cache.Cache, TimeSpan.FromDays(183), 2000).Run();

        Assert.That(paths.Select(File.Exists), Is.EqualTo(new[] { true, false, true }));
    }
}
