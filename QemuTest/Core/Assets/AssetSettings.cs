namespace QemuTest.Assets;

/// <summary>Where the cache is and what may be done to fill it.</summary>
internal sealed record AssetSettings
{
    public const string CacheVariable = "QEMU_TEST_CACHE_DIR";
    public const string NoDownloadVariable = "QEMU_TEST_NO_DOWNLOAD";
    public const string RefreshVariable = "QEMU_TEST_REFRESH_CACHE";

    /// <summary>The cache folder; the files are in <c>download</c> below it.</summary>
    public required string CacheRoot { get; init; }

    public bool NoDownload { get; init; }

    /// <summary>Bring every asset anew, once in this process.</summary>
    public bool Refresh { get; init; }

    public MirrorRules Mirrors { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    /// <summary>How long to wait for another process that brings the same asset.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>After this time a file is hashed again even if it looks unchanged.</summary>
    public TimeSpan FullCheckAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>From the environment, with upstream's meanings: set and not empty turns downloads off, present at all refreshes.</summary>
    public static AssetSettings FromEnvironment()
    {
        string? root = Environment.GetEnvironmentVariable(CacheVariable);
        return new AssetSettings
        {
            CacheRoot = string.IsNullOrEmpty(root)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "qemu")
                : Path.GetFullPath(root),
            NoDownload = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NoDownloadVariable)),
            Refresh = Environment.GetEnvironmentVariable(RefreshVariable) is not null,
            Mirrors = MirrorRules.Parse(Environment.GetEnvironmentVariable(MirrorRules.Variable)),
        };
    }
}
