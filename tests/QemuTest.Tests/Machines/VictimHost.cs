using System.Diagnostics;
using System.Text;
using QemuTest.Processes;

namespace QemuTest.Tests.Machines;

/// <summary>A test host in a process of its own, to be killed. Its children have a mark in their environment, so that they are
/// found whatever their parent is by then.</summary>
internal sealed class VictimHost : IAsyncDisposable
{
    private const string MarkVariable = "QEMU_TEST_VICTIM";

    private readonly string _mark = Guid.NewGuid().ToString();
    private readonly string _folder;
    private readonly Process _process;

    private VictimHost(string folder, string mode, string qemu)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        string program = typeof(Host.Samples.FailingSample).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, mode, qemu, Path.Combine(folder, "work")]) { RedirectStandardOutput = true };
        start.Environment[MarkVariable] = _mark;
        start.Environment["TMPDIR"] = Path.Combine(folder, "tmp");
        _process = Process.Start(start)!;
    }

    public static VictimHost Start(string folder, string mode, string qemu) => new(folder, mode, qemu);

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        Assert.That(line, Is.EqualTo("ready"), "the victim did not start");
    }

    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        Assert.That(_process.ExitCode, Is.Zero);
    }

    /// <summary>Sends SIGKILL to the host alone; the kernel kills its children. Returns when its last thread has exited: until then the
    /// kernel holds its locks, although the process has no environment any more.</summary>
    public Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: false);
        return _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Gets the processes that are still alive after the timeout. Polls, because nothing announces the exit of a process that is not a child.</summary>
    public async Task<IReadOnlyList<string>> SurvivorsAfterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            List<string> alive = [.. Marked()];
            if (alive.Count == 0 || Stopwatch.GetElapsedTime(began) > timeout)
                return alive;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Gets the run folders, sockets and locks that still exist.</summary>
    public IReadOnlyList<string> LeftOnDisk() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "tmp"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "qemu-test-" + Environment.UserName && !path.Contains("dotnet", StringComparison.Ordinal) && !path.Contains("clr-debug", StringComparison.Ordinal)),
        .. Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "work", "scratch"), "*"),
    ];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private IEnumerable<string> Marked()
    {
        byte[] mark = Encoding.UTF8.GetBytes($"{MarkVariable}={_mark}");
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            string found;
            try
            {
                if (File.ReadAllBytes(folder + "/environ").AsSpan().IndexOf(mark) < 0)
                    continue;
                found = File.ReadAllText(folder + "/cmdline").Replace('\0', ' ');
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue; // it has exited meanwhile, or belongs to another user
            }

            yield return $"{Path.GetFileName(folder)}: {ShellQuoting.Quote(found)}";
        }
    }
}
