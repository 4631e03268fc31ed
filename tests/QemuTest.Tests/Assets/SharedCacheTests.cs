using System.Diagnostics;
using QemuTest.Assets;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Assets;

/// <summary>Sixteen processes, one cache, one asset of 200 MB, three of them killed during the download.</summary>
[Thorough]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedCacheTests
{
    private const int Processes = 16;
    private const int Killed = 3;

    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    [TestTimeout(120)]
    public async Task Sixteen_processes_download_one_asset_once_although_three_are_killed()
    {
        CancellationToken cancellationToken = Installed.Token;
        byte[] content = TestCache.Content(200_000_000);
        string hash = TestCache.Sha256(content);
        string partial = _folder.At("download", hash + ".partial");
        await using RudeServer server = new(exchange => RudeServer.ServeAsync(exchange, content, chunk: 1_000_000, pause: TimeSpan.FromMilliseconds(10)));
        Stopwatch clock = Stopwatch.StartNew();
        List<Process> processes = [.. Enumerable.Range(0, Processes).Select(_ => Start(server.Url, hash))];
        try
        {
            // The process that downloads holds the lock, and /proc/locks lists it. The first three are killed.
            HashSet<int> victims = [];
            for (long until = 20_000_000; victims.Count < Killed; until += 20_000_000)
            {
                while (!File.Exists(partial) || new FileInfo(partial).Length < until)
                    await Task.Delay(10, cancellationToken);
                int holder = await HolderAsync(_folder.At("download", hash + ".lock"), cancellationToken);
                Assert.That(processes.Select(process => process.Id), Does.Contain(holder));
                Signals.Send(holder, Signal.Kill);
                victims.Add(holder);
            }

            foreach (Process process in processes)
                await process.WaitForExitAsync(cancellationToken);
            TestContext.Out.WriteLine(
                $"{clock.Elapsed.TotalSeconds:F1} s; sent {server.BytesSent} bytes for {content.Length}, in {server.Requests.Count} requests");

            Assert.That(victims, Has.Count.EqualTo(Killed));
            Assert.That(processes.Where(process => !victims.Contains(process.Id)).Select(process => process.ExitCode), Has.All.Zero);
            Assert.That(TestCache.Sha256(await File.ReadAllBytesAsync(_folder.At("download", hash), cancellationToken)), Is.EqualTo(hash));
            Assert.That(Directory.GetFiles(_folder.At("download")).Select(Path.GetFileName).Order(),
                Is.EqualTo(new[] { hash, hash + ".provenance", hash + ".stamp", hash + ".verified" }));
            // A killed process loses the bytes on their way to it: some megabytes in the buffers of the sockets.
            Assert.That(server.BytesSent, Is.InRange(content.Length, content.Length + (Killed * 20_000_000)));
            Assert.That(server.Requests, Has.Count.EqualTo(1 + Killed));
        }
        finally
        {
            foreach (Process process in processes)
            {
                if (!process.HasExited)
                    process.Kill();
                process.Dispose();
            }
        }
    }

    private Process Start(string url, string hash)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "QemuTest.Tests.Host.dll");
        ProcessStartInfo start = new("dotnet", [host, "fetch", url, hash]) { RedirectStandardOutput = true };
        start.Environment[AssetSettings.CacheVariable] = _folder.Path;
        start.Environment.Remove(AssetSettings.NoDownloadVariable);
        start.Environment.Remove(AssetSettings.RefreshVariable);
        return Process.Start(start)!;
    }

    /// <summary>Gets the process that holds the lock on a file.</summary>
    private static async Task<int> HolderAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            string inode = $":{NativeFile.Identify(path)?.Inode} ";
            foreach (string line in await File.ReadAllLinesAsync("/proc/locks", cancellationToken))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 5 && fields[1] == "FLOCK" && (fields[5] + " ").EndsWith(inode, StringComparison.Ordinal))
                    return int.Parse(fields[4], System.Globalization.CultureInfo.InvariantCulture);
            }

            await Task.Delay(5, cancellationToken);
        }
    }
}
