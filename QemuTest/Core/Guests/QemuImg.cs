using System.Globalization;
using CliWrap;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.Guests;

/// <summary>The program <c>qemu-img</c>, which makes disk images. Immutable and thread-safe.</summary>
public sealed class QemuImg
{
    private const string Variable = "QEMU_TEST_QEMU_IMG";
    private const string BuildRootVariable = "QEMU_BUILD_ROOT";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private QemuImg(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What <c>QEMU_TEST_QEMU_IMG</c> names (meson sets it; upstream does not read it), else the one in
    /// <c>QEMU_BUILD_ROOT</c>, else the one in PATH; null if there is none. Equals upstream's <c>get_qemu_img</c>.</summary>
    public static QemuImg? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new QemuImg(named);
        string? built = Environment.GetEnvironmentVariable(BuildRootVariable) is { Length: > 0 } root
            ? System.IO.Path.Combine(root, "qemu-img")
            : null;
        string? path = built is not null && SearchPath.IsExecutable(built) ? built : SearchPath.Find("qemu-img");
        return path is null ? null : new QemuImg(path);
    }

    /// <summary>Makes an empty image.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="format">For example <c>qcow2</c>.</param>
    /// <param name="bytes">What the guest is to see as its size.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="QemuMachineException">It ended with an error, or not within 60 s.</exception>
    public Task CreateAsync(string file, string format, long bytes, CancellationToken cancellationToken = default) =>
        RunAsync(["create", "-q", "-f", format, file, bytes.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var output = new System.Text.StringBuilder();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeouts.Scale(Timeout));
        Command command = ChildProcesses.Guarded(Path, arguments)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(output));
        try
        {
            CommandTask<CommandResult> task = await ChildProcesses.StartAsync(command, [], timeout.Token).ConfigureAwait(false);
            CommandResult result = await task.Task.ConfigureAwait(false);
            if (result.ExitCode != 0)
                throw new QemuMachineException($"'{ShellQuoting.Join([Path, .. arguments])}' ended with {new ProcessExit(result.ExitCode)}: {output}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QemuMachineException($"'{ShellQuoting.Join([Path, .. arguments])}' did not end within {Timeouts.Scale(Timeout).TotalSeconds} s and was killed.");
        }
    }
}
