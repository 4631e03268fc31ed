using System.Security.Cryptography;
using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

[Quick]
public sealed class AptReferenceTests
{
    [TestCase("apt:busybox-static:arm64=1:1.37.0-6+b9/usr/bin/busybox?suite=trixie", "busybox-static", "arm64", "1:1.37.0-6+b9", "usr/bin/busybox", "trixie")]
    [TestCase("apt:memtest86+/boot/memtest86+x64.bin", "memtest86+", null, null, "boot/memtest86+x64.bin", null)]
    public void An_address_is_parsed_and_written_back(string text, string package, string? architecture, string? version, string member, string? suite)
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
    public void A_malformed_address_is_refused(string text) =>
        Assert.That(() => AptReference.Parse(text), Throws.ArgumentException.With.Message.Contains(text));
}

/// <summary>Real packages from the machine's apt. Skipped on a machine without a Debian archive, or without a network.</summary>
[Thorough]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class AptSourceTests
{
    // A small package that every architecture and every suite has.
    private const string Unpinned = "apt:hostname/bin/hostname";

    private readonly TestFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task A_package_member_is_fetched_with_its_version_and_the_hash_of_its_package()
    {
        (byte[] content, AssetProvenance origin) = await FetchNewestAsync();

        Assert.That(content.AsSpan(0, 4).ToArray(), Is.EqualTo("\u007fELF"u8.ToArray()), "the program itself");
        Assert.That(origin.Source, Is.EqualTo(Unpinned));
        Assert.That(origin.Package, Is.EqualTo("hostname"));
        Assert.That(origin.Version, Is.Not.Empty);
        Assert.That(origin.PackageSha256, Does.Match("^[0-9a-f]{64}$"));
    }

    [Test]
    public async Task A_pinned_member_is_cached_and_the_error_for_a_vanished_pin_has_the_available_version()
    {
        (byte[] content, AssetProvenance origin) = await FetchNewestAsync();
        string version = origin.Version!;
        using var cache = new AssetCache(new AssetSettings { CacheRoot = _folder.Path });
        string path = await cache.FetchAsync(TestCache.Request(content, $"apt:hostname={version}/bin/hostname"));

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(content));
        Assert.That(cache.ProvenanceOf(AssetHash.Parse(TestCache.Sha256(content)))!.Version, Is.EqualTo(version));
        using var offline = new AssetCache(cache.Settings with { NoDownload = true });
        Assert.That(await offline.FetchAsync(TestCache.Request(content, $"apt:hostname={version}/bin/hostname")), Is.EqualTo(path));

        AssetException? error = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([1], "apt:hostname=0.1-vanished/bin/hostname")));
        Assert.That(error!.Failure, Is.EqualTo(AssetFailure.PinVanished));
        Assert.That(error.Message, Does.Contain("0.1-vanished").And.Contain($"hostname {version}").And.Contain("qemu-test update-assets"));

        error = await Assert.CatchAsync<AssetException>(
            () => cache.FetchAsync(TestCache.Request([2], $"apt:hostname={version}/bin/nothing")));
        Assert.That(error!.Failure, Is.EqualTo(AssetFailure.NotFound));
        Assert.That(error.Message, Does.Contain("bin/nothing"));
    }

    [Test]
    public async Task The_error_for_a_vanished_kernel_abi_has_the_available_one()
    {
        await FetchNewestAsync();
        using var cache = new AssetCache(new AssetSettings { CacheRoot = _folder.Path });
        var old = new AptReference("libc6.9-hostname0", null, "1", "x", null);
        AssetException? error = await Assert.CatchAsync<AssetException>(() => cache.FetchAsync(TestCache.Request([3], old.ToString())));
        Assert.That(error!.Message, Does.Contain("no package of that name"));

        error = await Assert.CatchAsync<AssetException>(() => cache.FetchAsync(TestCache.Request([4], "apt:gcc-1-base=1/x")));
        Assert.That(error!.Message, Does.Match("available now: gcc-[0-9]+-base "));
    }

    private async Task<(byte[] Content, AssetProvenance Origin)> FetchNewestAsync()
    {
        string path = _folder.At("newest");
        try
        {
            using var download = new AssetDownload(path, HashAlgorithmName.SHA256, null, null);
            await new AptSource(_folder.Path).FetchAsync(new Uri(Unpinned), download);
            return (await File.ReadAllBytesAsync(path), download.Provenance!);
        }
        catch (SourceException error) when (error.Failure == AssetFailure.Unreachable)
        {
            Assert.Ignore($"apt fetches nothing here: {error.Message}");
            throw;
        }
    }
}
