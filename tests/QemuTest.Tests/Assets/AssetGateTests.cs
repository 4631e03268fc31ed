using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>What the gate says about classes that declare assets. It reads the environment, so these run alone.</summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Quick]
public sealed class AssetGateTests
{
    private static readonly byte[] Content = TestCache.Content(5000);
    private static readonly string Wrong = new('0', 64);
    private static string _url = "http://127.0.0.1:1/none";

    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string?> _before = [];

    [SetUp]
    public void UseOwnCache()
    {
        Set(AssetSettings.CacheVariable, _folder.Path);
        Set(AssetSettings.NoDownloadVariable, null);
        Set(AssetSettings.RefreshVariable, null);
        Set(AssetGate.PrecacheVariable, null);
    }

    [TearDown]
    public void RestoreEnvironment()
    {
        foreach ((string name, string? value) in _before)
            Environment.SetEnvironmentVariable(name, value);
        _folder.Dispose();
    }

    private class Base
    {
        protected static readonly Asset Kernel = new("file:///no/such/kernel", TestCache.Sha256(Content));
    }

    private sealed class Inheriting : Base
    {
        public static Asset Root => new(_url, Wrong);

        public Asset NotStatic { get; } = new("file:///not/counted", Wrong);
    }

    private sealed class Downloading
    {
        internal static Asset Image => new(_url, TestCache.Sha256(Content));
    }

    [Test]
    public void Static_members_count_also_inherited_ones() =>
        Assert.That(AssetGate.DeclaredBy(typeof(Inheriting)).Select(asset => asset.Sources[0]), Is.EqualTo(new[] { _url, "file:///no/such/kernel" }));

    [Test]
    public async Task A_class_without_assets_may_run() =>
        Assert.That((await AssetGate.CheckAsync(typeof(AssetGateTests), CancellationToken.None)).WhyNot, Is.Null);

    [Test]
    public async Task What_is_there_is_told_for_the_record()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        _url = server.Url;
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading), CancellationToken.None);

        Assert.That(verdict.WhyNot, Is.Null);
        Assert.That(verdict.Facts, Is.EqualTo(new[] { KeyValuePair.Create("asset asset.bin", TestCache.Sha256(Content)) }));
    }

    [Test]
    public async Task Offline_is_a_skip_that_names_the_asset_and_the_command()
    {
        Set(AssetSettings.NoDownloadVariable, "1");
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading), CancellationToken.None);

        Assert.That(verdict.WhyNot, Does.Contain("asset.bin").And.Contain("eng/precache.sh asset.bin").And.Contain(AssetSettings.NoDownloadVariable));
    }

    [Test]
    public async Task Not_found_and_wrong_content_are_failures()
    {
        await using RudeServer gone = new(exchange => exchange.HeadAsync("404 No", 0));
        _url = gone.Url;
        Assert.That((await Assert.CatchAsync<AssetException>(() => AssetGate.CheckAsync(typeof(Downloading), CancellationToken.None)))!.Failure,
            Is.EqualTo(AssetFailure.NotFound));

        await using RudeServer wrong = new(exchange => RudeServer.ServeAsync(exchange, TestCache.Content(10)));
        _url = wrong.Url;
        Assert.That((await Assert.CatchAsync<AssetException>(() => AssetGate.CheckAsync(typeof(Downloading), CancellationToken.None)))!.Failure,
            Is.EqualTo(AssetFailure.WrongContent));
    }

    [Test]
    public async Task A_precache_run_fetches_sets_the_stamp_and_runs_no_test()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        _url = server.Url;
        Set(AssetGate.PrecacheVariable, _folder.At("stamp"));
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading), CancellationToken.None);

        Assert.That(verdict.WhyNot, Does.Contain(AssetGate.PrecacheVariable));
        Assert.That(File.Exists(_folder.At("stamp")));
        Assert.That(File.Exists(_folder.At("download", TestCache.Sha256(Content))));
    }

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}
