using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

[Quick]
public sealed class AptReferenceTests
{
    [TestCase("apt:busybox-static:arm64=1:1.37.0-6+b9/usr/bin/busybox?suite=trixie", "busybox-static", "arm64", "1:1.37.0-6+b9", "usr/bin/busybox", "trixie")]
    [TestCase("apt:memtest86+/boot/memtest86+x64.bin", "memtest86+", null, null, "boot/memtest86+x64.bin", null)]
    public void An_address_is_understood_and_written_back(string text, string package, string? architecture, string? version, string member, string? suite)
    {
        AptReference reference = AptReference.Parse(text);

        Assert.That(reference, Is.EqualTo(new AptReference(package, architecture, version, member, suite)));
        Assert.That(reference.ToString(), Is.EqualTo(text));
    }

    [TestCase("apt:busybox")]
    [TestCase("apt:/bin/busybox")]
    [TestCase("apt:-oDebug::x=1/bin/x")]
    [TestCase("apt:a b=1/bin/x")]
    [TestCase("apt:a=1/bin/x?suite=../x")]
    public void What_is_no_package_is_refused(string text) =>
        Assert.That(() => AptReference.Parse(text), Throws.ArgumentException.With.Message.Contains(text));
}

/// <summary>The machine's own apt, asked for real packages; skipped where it has no Debian archive or can't reach it.</summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Thorough]
public sealed class AptSourceTests
{
    // Small, on every architecture alike, and there in every suite.
    private const string Unpinned = "apt:hostname/bin/hostname";

    private readonly TestFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task An_asset_trusted_by_the_signed_index_is_brought_recorded_and_found_again()
    {
        using AssetCache cache = new(new AssetSettings { CacheRoot = _folder.Path });
        string path = await FetchAsync(cache);
        AssetProvenance record = IndexedAssets.Recorded(cache, "test/hostname")!;

        Assert.That(Path.GetFileName(path), Is.EqualTo(record.Sha256));
        Assert.That(TestCache.Sha256(await File.ReadAllBytesAsync(path)), Is.EqualTo(record.Sha256));
        Assert.That(record.Version, Is.Not.Empty);
        Assert.That(record.PackageSha256, Has.Length.EqualTo(64));
        using AssetCache offline = new(cache.Settings with { NoDownload = true });
        Assert.That(await IndexedAssets.FetchAsync(offline, "test/hostname", [Unpinned], CancellationToken.None), Is.EqualTo(path));
    }

    [Test]
    public async Task A_pinned_member_is_brought_and_a_vanished_pin_says_what_is_there_now()
    {
        using AssetCache cache = new(new AssetSettings { CacheRoot = _folder.Path });
        byte[] content = await File.ReadAllBytesAsync(await FetchAsync(cache));
        string version = IndexedAssets.Recorded(cache, "test/hostname")!.Version!;
        File.Delete(_folder.At("download", TestCache.Sha256(content)));

        await cache.FetchAsync(TestCache.Request(content, $"apt:hostname={version}/bin/hostname"), null, CancellationToken.None);
        Assert.That(cache.ProvenanceOf(AssetHash.Parse(TestCache.Sha256(content)))!.Version, Is.EqualTo(version));

        AssetException? e = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([1], "apt:hostname=0.1-vanished/bin/hostname"), null, CancellationToken.None));
        Assert.That(e!.Failure, Is.EqualTo(AssetFailure.PinVanished));
        Assert.That(e.Message, Does.Contain("0.1-vanished").And.Contain($"hostname {version}").And.Contain("eng/update-assets.sh"));

        e = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([2], $"apt:hostname={version}/bin/nothing"), null, CancellationToken.None));
        Assert.That(e!.Failure, Is.EqualTo(AssetFailure.NotFound));
        Assert.That(e.Message, Does.Contain("bin/nothing"));
    }

    [Test]
    public async Task A_vanished_kernel_abi_says_which_one_is_there_now()
    {
        using AssetCache cache = new(new AssetSettings { CacheRoot = _folder.Path });
        await FetchAsync(cache);
        AptReference old = new("libc6.9-hostname0", null, "1", "x", null);
        AssetException? e = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([3], old.ToString()), null, CancellationToken.None));
        Assert.That(e!.Message, Does.Contain("no package of that name now"));

        e = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([4], "apt:gcc-1-base=1/x"), null, CancellationToken.None));
        Assert.That(e!.Message, Does.Match("there now: gcc-[0-9]+-base "));
    }

    private static async Task<string> FetchAsync(AssetCache cache)
    {
        try
        {
            return await IndexedAssets.FetchAsync(cache, "test/hostname", [Unpinned], CancellationToken.None);
        }
        catch (AssetException e) when (e.IsTransient)
        {
            Assert.Ignore($"apt brings nothing here: {e.Message}");
            throw;
        }
    }
}
