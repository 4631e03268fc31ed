using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>The host's files that QEMUs need to run in the lab: the binaries, their libraries, their loaders, and the firmware that an x86
/// machine always loads.</summary>
internal sealed partial record RuntimeFiles
{
    private const string OptionRom = "kvmvapic.bin";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private RuntimeFiles(IReadOnlyList<string> binaries, IReadOnlyDictionary<string, string> files)
    {
        Binaries = binaries;
        Files = files;
    }

    /// <summary>The full paths of the QEMUs, the same in the lab as on the host.</summary>
    public IReadOnlyList<string> Binaries { get; }

    /// <summary>The path of each file in the lab, with its path on the host (links resolved).</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>A digest of the files' paths, sizes and times. It differs for a new build of QEMU.</summary>
    public string Digest
    {
        get
        {
            var text = new StringBuilder();
            foreach ((string path, string source) in Files.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                var file = new FileInfo(source);
                text.Append(path).Append(' ').Append(file.Length).Append(' ').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    public static async Task<RuntimeFiles> OfAsync(IReadOnlyList<QemuBinary> binaries, CancellationToken cancellationToken = default)
    {
        var wanted = new List<string>();
        foreach (QemuBinary binary in binaries.DistinctBy(binary => binary.Path))
        {
            string path = Path.GetFullPath(binary.Path);
            wanted.AddRange([path, .. await LibrariesAsync(path, cancellationToken).ConfigureAwait(false)]);
            string folders = await QemuProbe.ReadAsync(path, ["-L", "help"], cancellationToken).ConfigureAwait(false);
            wanted.AddRange(folders.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder.Trim(), OptionRom)).Where(File.Exists).Take(1));
        }

        return new RuntimeFiles(
            [.. binaries.Select(binary => Path.GetFullPath(binary.Path)).Distinct()], wanted.Distinct().ToDictionary(file => file, RealPath));
    }

    private static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // Asks the binary's own loader, which may differ from the host's (that of ldd). It lists every library with its path, itself included,
    // and runs nothing. A binary without a loader only prints its version.
    private static async Task<IEnumerable<string>> LibrariesAsync(string binary, CancellationToken cancellationToken)
    {
        ProgramResult result = await ChildProgram.RunAsync(
            binary, ["--version"], Timeout, new Dictionary<string, string> { ["LD_TRACE_LOADED_OBJECTS"] = "1" }, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return Library().Matches(result.StandardOutput).Select(m => m.Groups[1].Value);
    }

    [GeneratedRegex(@"(/\S+) \(0x[0-9a-f]+\)")]
    private static partial Regex Library();
}
