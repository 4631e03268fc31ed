using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using QemuTest.Assets;
using Spectre.Console;

namespace QemuTest.Tool;

/// <summary><c>qemu-test precache</c>: fetches the assets of a suite before its tests run.</summary>
internal static class PrecacheCommand
{
    private static readonly string[] Suites = ["quick", "thorough", "nightly"];

    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Names of assets in the manifest. Default: all assets that the options select.", Arity = ArgumentArity.ZeroOrMore };
        var suite = new Option<string>("--suite") { Description = "The assets of this suite and of the smaller ones.", DefaultValueFactory = _ => "thorough" };
        suite.AcceptOnlyFromAmong(Suites);
        var targets = new Option<string[]>("--target") { Description = "Only the assets of these QEMU targets.", AllowMultipleArgumentsPerToken = true };
        var verify = new Option<bool>("--verify") { Description = "Hash every cached file again, also unchanged ones." };
        var jobs = new Option<int>("--jobs") { Description = "The number of parallel downloads.", DefaultValueFactory = _ => 4 };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--jobs must be 1 or more.");
        });
        var command = new Command("precache", "Fetches assets into the cache.") { names, suite, targets, verify, jobs };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<Asset> assets;
            try
            {
                assets = Select(parsed.GetValue(names)!, parsed.GetValue(suite)!, parsed.GetValue(targets) ?? []);
            }
            catch (ArgumentException error)
            {
                await Console.Error.WriteLineAsync(error.Message);
                return 2;
            }

            return await RunAsync(assets, parsed.GetValue(verify), parsed.GetValue(jobs), cancellationToken);
        });
        return command;
    }

    private static List<Asset> Select(string[] names, string suite, string[] targets)
    {
        if (names.Length > 0)
            return [.. names.Distinct().Select(Asset.Named)];
        IEnumerable<string> known = AssetManifest.Embedded.Entries.SelectMany(entry => entry.Targets).Distinct();
        if (targets.Except(known).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"No asset is for target '{unknown}'. The targets with assets are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        string[] suites = Suites[..(Array.IndexOf(Suites, suite) + 1)];
        return
        [
            .. AssetManifest.Embedded.Entries
                .Where(entry => suites.Contains(entry.Suite) && (targets.Length == 0 || entry.Targets.Intersect(targets).Any()))
                .Select(entry => Asset.Named(entry.Name)),
        ];
    }

    private static async Task<int> RunAsync(List<Asset> assets, bool verify, int jobs, CancellationToken cancellationToken)
    {
        var settings = AssetSettings.FromEnvironment();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        var clock = Stopwatch.StartNew();
        ConcurrentBag<Asset> absent = [];
        await Parallel.ForEachAsync(assets, parallel, async (asset, token) =>
        {
            if (settings is { Refresh: true, NoDownload: false } || !await asset.IsCachedAsync(verify, token))
                absent.Add(asset);
        });

        ConcurrentBag<AssetException> failures = [];
        Asset[] missing = [.. absent.OrderBy(asset => asset.Name, StringComparer.Ordinal)];
        bool terminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
        if (missing.Length > 0)
            await (terminal ? WithBarsAsync(missing, parallel, failures) : WithLinesAsync(missing, parallel, failures));

        foreach (AssetException failure in failures.OrderBy(failure => failure.Asset, StringComparer.Ordinal))
            await Console.Error.WriteLineAsync($"missing: {failure.Message}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{assets.Count} assets: {assets.Count - missing.Length} were cached, {missing.Length - failures.Count} fetched, {failures.Count} missing " +
            $"({clock.Elapsed.TotalSeconds:F1} s, {Path.Combine(settings.CacheRoot, "download")})"));
        return failures.IsEmpty ? 0 : 1;
    }

    private static Task WithLinesAsync(Asset[] assets, ParallelOptions parallel, ConcurrentBag<AssetException> failures) =>
        Parallel.ForEachAsync(assets, parallel, async (asset, token) =>
        {
            var clock = Stopwatch.StartNew();
            if (await TryFetchAsync(asset, null, failures, token) is { } path)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"fetched {asset.Name} ({ByteText.Format(new FileInfo(path).Length)} in {clock.Elapsed.TotalSeconds:F1} s)"));
            }
            else
            {
                Console.WriteLine($"failed {asset.Name}");
            }
        });

    private static Task WithBarsAsync(Asset[] assets, ParallelOptions parallel, ConcurrentBag<AssetException> failures) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .HideCompleted(true)
            .StartAsync(async progress =>
            {
                ProgressTask total = progress.AddTask($"{assets.Length} assets", maxValue: assets.Sum(asset => asset.Size ?? 0));
                await Parallel.ForEachAsync(assets, parallel, async (asset, token) =>
                {
                    ProgressTask bar = progress.AddTask(Markup.Escape(asset.Name), maxValue: asset.Size ?? 1);
                    await TryFetchAsync(asset, bytes => bar.Value = bytes, failures, token);
                    bar.StopTask();
                    total.Increment(asset.Size ?? 0);
                });
            });

    private static async Task<string?> TryFetchAsync(
        Asset asset, Action<long>? progress, ConcurrentBag<AssetException> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await asset.FetchAsync(progress, cancellationToken);
        }
        catch (AssetException error)
        {
            failures.Add(error);
            return null;
        }
    }
}
