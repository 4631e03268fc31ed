using System.Security.Cryptography;
using QemuTest.Assets;

namespace QemuTest.Tests.Assets;

/// <summary>A cache in a folder of its own, and content to bring into it.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly AssetCache _cache;

    public TestCache(Func<AssetSettings, AssetSettings>? change = null)
    {
        AssetSettings settings = new()
        {
            CacheRoot = _folder.Path,
            Http = new HttpOptions
            {
                FirstByte = TimeSpan.FromSeconds(20),
                Stall = TimeSpan.FromSeconds(20),
                Total = TimeSpan.FromSeconds(60),
                Retries = 2,
                Delay = TimeSpan.FromMilliseconds(20),
                MaxDelay = TimeSpan.FromMilliseconds(200),
            },
        };
        _cache = new AssetCache(change?.Invoke(settings) ?? settings);
    }

    public AssetCache Cache => _cache;

    public string Root => _folder.Path;

    public string[] Files => Directory.Exists(_cache.Folder) ? [.. Directory.GetFiles(_cache.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!] : [];

    public static byte[] Content(int length, int seed = 1)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static AssetRequest Request(byte[] content, params string[] sources) =>
        new("test/asset", AssetHash.Parse(Sha256(content)), sources, null);

    public Task<string> FetchAsync(AssetRequest request) =>
        _cache.FetchAsync(request, null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(90));

    public async Task<AssetException> FailsAsync(AssetRequest request) =>
        (await Assert.CatchAsync<AssetException>(() => FetchAsync(request)))!;

    /// <summary>Waits until so much of it lies on the disk: a server that breaks off before loses what is under way.</summary>
    public async Task ArrivedAsync(byte[] content, long bytes, CancellationToken cancellationToken)
    {
        string partial = Path.Combine(_cache.Folder, Sha256(content) + ".partial");
        while (!File.Exists(partial) || new FileInfo(partial).Length < bytes)
            await Task.Delay(10, cancellationToken);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }
}
