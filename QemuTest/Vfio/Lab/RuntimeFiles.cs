using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using QemuTest.Machines;

namespace QemuTest.Vfio;

/// <summary>The files that QEMUs need to run in the lab with nothing else of the host's around it: itself, its libraries, its
/// loader, and the firmware that an x86 machine always loads.</summary>
internal sealed partial record RuntimeFiles
{
    private const string OptionRom = "kvmvapic.bin";

    private RuntimeFiles(IReadOnlyList<string> binaries, IReadOnlyDictionary<string, string> files)
    {
        Binaries = binaries;
        Files = files;
    }

    /// <summary>The QEMUs' full paths, in the lab as on the host.</summary>
    public IReadOnlyList<string> Binaries { get; }

    /// <summary>Where each file must be in the lab, and where its bytes are on the host (links resolved).</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>A digest of what the files are: paths, sizes, times. A new build of QEMU gives another.</summary>
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

    public static async Task<RuntimeFiles> OfAsync(params IReadOnlyList<QemuBinary> binaries)
    {
        var wanted = new List<string>();
        foreach (QemuBinary binary in binaries.DistinctBy(binary => binary.Path))
        {
            string path = Path.GetFullPath(binary.Path);
            wanted.AddRange([path, .. await LibrariesAsync(path).ConfigureAwait(false)]);
            string folders = await binary.AskAsync("-L", "help").ConfigureAwait(false);
            wanted.AddRange(folders.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder.Trim(), OptionRom)).Where(File.Exists).Take(1));
        }

        return new RuntimeFiles(
            [.. binaries.Select(binary => Path.GetFullPath(binary.Path)).Distinct()], wanted.Distinct().ToDictionary(file => file, RealPath));
    }

    private static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // The binary's own loader is asked, which need not be the host's, as ldd would have it: it names every library with its place,
    // itself included, and runs nothing. A binary without a loader only says its version.
    private static async Task<IEnumerable<string>> LibrariesAsync(string binary)
    {
        var output = new StringBuilder();
        await Cli.Wrap(binary).WithArguments(["--version"]).WithEnvironmentVariables(e => e.Set("LD_TRACE_LOADED_OBJECTS", "1"))
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output)).ExecuteAsync().ConfigureAwait(false);
        return Library().Matches(output.ToString()).Select(m => m.Groups[1].Value);
    }

    [GeneratedRegex(@"(/\S+) \(0x[0-9a-f]+\)")]
    private static partial Regex Library();
}
