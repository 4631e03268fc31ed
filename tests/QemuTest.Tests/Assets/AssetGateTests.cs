using QemuTest.Assets;
using QemuTest.NUnit;

namespace QemuTest.Tests.Assets;

/// <summary>The verdict on classes that declare assets. The tests change the environment, so they run alone.</summary>
[Quick]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
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
    public void Static_members_count_and_so_do_inherited_ones() =>
        Assert.That(AssetGate.DeclaredBy(typeof(Inheriting)).Select(asset => asset.Sources[0]), Is.EqualTo(new[] { _url, "file:///no/such/kernel" }));

    [Test]
    public async Task A_class_without_assets_may_run() =>
        Assert.That((await AssetGate.CheckAsync(typeof(AssetGateTests))).SkipReason, Is.Null);

    [Test]
    public async Task The_fetched_assets_are_facts_for_the_record()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        _url = server.Url;
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading));

        Assert.That(verdict.SkipReason, Is.Null);
        Assert.That(verdict.Facts, Is.EqualTo(new[] { KeyValuePair.Create("asset asset.bin", TestCache.Sha256(Content)) }));
    }

    [Test]
    public async Task Offline_is_a_skip_with_the_asset_and_the_cure()
    {
        Set(AssetSettings.NoDownloadVariable, "1");
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading));

        Assert.That(verdict.SkipReason, Does.Contain("asset.bin").And.Contain(AssetSettings.NoDownloadVariable).And.Contain("unset the variable to fetch it"));
    }

    [Test]
    public async Task Not_found_and_wrong_content_are_failures()
    {
        await using RudeServer gone = new(exchange => exchange.HeadAsync("404 No", 0));
        _url = gone.Url;
        Assert.That((await Assert.CatchAsync<AssetException>(() => AssetGate.CheckAsync(typeof(Downloading))))!.Failure,
            Is.EqualTo(AssetFailure.NotFound));

        await using RudeServer wrong = new(exchange => RudeServer.ServeAsync(exchange, TestCache.Content(10)));
        _url = wrong.Url;
        Assert.That((await Assert.CatchAsync<AssetException>(() => AssetGate.CheckAsync(typeof(Downloading))))!.Failure,
            Is.EqualTo(AssetFailure.WrongContent));
    }

    [Test]
    public async Task A_precache_run_fetches_sets_the_stamp_and_runs_no_test()
    {
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, Content));
        _url = server.Url;
        Set(AssetGate.PrecacheVariable, _folder.At("stamp"));
        GateVerdict verdict = await AssetGate.CheckAsync(typeof(Downloading));

        Assert.That(verdict.SkipReason, Does.Contain(AssetGate.PrecacheVariable));
        Assert.That(File.Exists(_folder.At("stamp")));
        Assert.That(File.Exists(_folder.At("download", TestCache.Sha256(Content))));
    }

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}
