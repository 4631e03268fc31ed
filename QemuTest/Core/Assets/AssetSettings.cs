namespace QemuTest.Assets;

/// <summary>The place of the cache, and the rules for filling it.</summary>
internal sealed record AssetSettings
{
    public const string CacheVariable = "QEMU_TEST_CACHE_DIR";
    public const string NoDownloadVariable = "QEMU_TEST_NO_DOWNLOAD";
    public const string RefreshVariable = "QEMU_TEST_REFRESH_CACHE";

    /// <summary>The cache folder. The files are in <c>download</c> below it.</summary>
    public required string CacheRoot { get; init; }

    /// <summary>Whether to fetch nothing.</summary>
    public bool NoDownload { get; init; }

    /// <summary>Whether to fetch every asset again, once per process.</summary>
    public bool Refresh { get; init; }

    public MirrorRules Mirrors { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    /// <summary>The longest wait for another process that fetches the same asset. The lock scales it.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The age of the last check after which a file is hashed again, although it looks unchanged.</summary>
    public TimeSpan FullCheckAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Reads the environment as upstream does: a variable with text turns downloads off, a present one refreshes.</summary>
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
