using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using QemuTest.Assets;
using Spectre.Console;

namespace QemuTest.Tool;

/// <summary><c>qemu-test precache</c>: brings the assets of a suite before its tests want them.</summary>
internal static class PrecacheCommand
{
    private static readonly string[] Suites = ["quick", "thorough", "nightly"];

    public static Command Create()
    {
        Argument<string[]> names = new("name") { Description = "Assets of the manifest; without any, all that the options select.", Arity = ArgumentArity.ZeroOrMore };
        Option<string> suite = new("--suite") { Description = "What this suite needs; a suite includes the smaller ones.", DefaultValueFactory = _ => "thorough" };
        suite.AcceptOnlyFromAmong(Suites);
        Option<string[]> targets = new("--target") { Description = "Only what these QEMU targets need.", AllowMultipleArgumentsPerToken = true };
        Option<bool> verify = new("--verify") { Description = "Hash every cached file again, however it looks." };
        Option<int> jobs = new("--jobs") { Description = "How many to bring at once.", DefaultValueFactory = _ => 4 };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--jobs must be 1 or more.");
        });
        Command command = new("precache", "Brings assets into the cache.") { names, suite, targets, verify, jobs };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<Asset> assets;
            try
            {
                assets = Select(parsed.GetValue(names)!, parsed.GetValue(suite)!, parsed.GetValue(targets) ?? []);
            }
            catch (ArgumentException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
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
            throw new ArgumentException($"No asset is for target '{unknown}'; there are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
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
        AssetSettings settings = AssetSettings.FromEnvironment();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        Stopwatch clock = Stopwatch.StartNew();
        ConcurrentBag<Asset> wanted = [];
        await Parallel.ForEachAsync(assets, parallel, async (asset, token) =>
        {
            if (settings is { Refresh: true, NoDownload: false } || !await asset.IsCachedAsync(verify, token))
                wanted.Add(asset);
        });

        ConcurrentBag<AssetException> failures = [];
        Asset[] missing = [.. wanted.OrderBy(asset => asset.Name, StringComparer.Ordinal)];
        bool terminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
        if (missing.Length > 0)
            await (terminal ? WithBarsAsync(missing, parallel, failures) : WithLinesAsync(missing, parallel, failures));

        foreach (AssetException failure in failures.OrderBy(failure => failure.Asset, StringComparer.Ordinal))
            await Console.Error.WriteLineAsync($"missing: {failure.Message}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{assets.Count} assets wanted: {assets.Count - missing.Length} were there, {missing.Length - failures.Count} brought, {failures.Count} missing " +
            $"({clock.Elapsed.TotalSeconds:F1} s, {Path.Combine(settings.CacheRoot, "download")})"));
        return failures.IsEmpty ? 0 : 1;
    }

    private static Task WithLinesAsync(Asset[] assets, ParallelOptions parallel, ConcurrentBag<AssetException> failures) =>
        Parallel.ForEachAsync(assets, parallel, async (asset, token) =>
        {
            Stopwatch clock = Stopwatch.StartNew();
            if (await TryFetchAsync(asset, null, failures, token) is { } path)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"brought {asset.Name} ({ByteText.Format(new FileInfo(path).Length)} in {clock.Elapsed.TotalSeconds:F1} s)"));
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
        catch (AssetException e)
        {
            failures.Add(e);
            return null;
        }
    }
}
