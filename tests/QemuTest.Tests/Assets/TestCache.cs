using System.Security.Cryptography;
using QemuTest.Assets;

namespace QemuTest.Tests.Assets;

/// <summary>A cache in its own folder, and content for it.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly AssetCache _cache;

    public TestCache(Func<AssetSettings, AssetSettings>? change = null)
    {
        var settings = new AssetSettings
        {
            CacheRoot = _folder.Path,
            Http = new HttpOptions
            {
                ResponseTimeout = TimeSpan.FromSeconds(20),
                StallTimeout = TimeSpan.FromSeconds(20),
                TotalTimeout = TimeSpan.FromSeconds(60),
                MaxRetries = 2,
                RetryDelay = TimeSpan.FromMilliseconds(20),
                MaxRetryDelay = TimeSpan.FromMilliseconds(200),
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
        new("test/asset", AssetHash.Parse(Sha256(content)), sources) { IsListed = true };

    public Task<string> FetchAsync(AssetRequest request) =>
        _cache.FetchAsync(request).WaitAsync(Timeouts.Scale(TimeSpan.FromSeconds(90)));

    public async Task<AssetException> FailsAsync(AssetRequest request) =>
        (await Assert.CatchAsync<AssetException>(() => FetchAsync(request)))!;

    /// <summary>Waits until this number of bytes is on the disk. A server that breaks the connection earlier loses the bytes on the way.</summary>
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
