using System.Globalization;
using System.Text.RegularExpressions;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>One version of a package in an archive.</summary>
internal sealed record AptPackage(string Name, string Version);

/// <summary>
/// One suite of the distribution's archive for one architecture, read by the machine's own apt from the machine's own mirror. Its
/// configuration is private, so foreign architectures and newer suites never touch the machine's.
/// </summary>
internal sealed partial class AptArchive
{
    private const string ScriptName = "apt-source.sh";

    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan IndexAge = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(30);

    private readonly string _root;
    private readonly string _folder;
    private readonly string? _architecture;

    private AptArchive(string root, string folder, string suite, string? architecture) =>
        (_root, _folder, Suite, _architecture) = (root, folder, suite, architecture);

    public string Suite { get; }

    /// <summary>Opens the archive. Nothing is downloaded yet, except on a machine without package lists of its own: apt knows the origin of
    /// an index from the index itself.</summary>
    /// <param name="cacheRoot">The asset cache.</param>
    /// <param name="suite">The suite; null for the machine's own.</param>
    /// <param name="architecture">The architecture; null for the machine's own.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="SourceException">The machine has no apt, or its apt knows no Debian archive.</exception>
    public static async Task<AptArchive> OpenAsync(string cacheRoot, string? suite, string? architecture, CancellationToken cancellationToken = default)
    {
        string root = Path.Combine(cacheRoot, "apt"), wanted = suite ?? "own";
        string folder = Path.Combine(root, $"{wanted}-{architecture ?? "native"}");
        Directory.CreateDirectory(folder);
        string[] arguments =
        [
            WriteScript(root), folder, "--machine", Path.Combine(root, "machine"), "--suite", wanted, "--pockets",
            .. architecture is null ? Array.Empty<string>() : ["--architecture", architecture],
        ];
        using FileLock alone = await FileLock.AcquireAsync(
            Path.Combine(root, "machine.lock"), "the package indexes of the machine's own sources", LockTimeout, cancellationToken).ConfigureAwait(false);
        ProgramResult result = await RunAnyAsync("bash", arguments, root, cancellationToken).ConfigureAwait(false);
        if (!result.Exit.IsClean)
            throw new SourceException(AssetFailure.Unreachable, result.StandardError.Trim());
        string opened = (await File.ReadAllTextAsync(Path.Combine(folder, "suite"), cancellationToken).ConfigureAwait(false)).Trim();
        return new AptArchive(root, folder, opened, architecture);
    }

    /// <summary>Gets the versions of a package, newest first; empty if there is none.</summary>
    public async Task<IReadOnlyList<AptPackage>> VersionsAsync(string package, CancellationToken cancellationToken)
    {
        string madison = await RunAsync("apt-cache", ["madison", package], _root, cancellationToken).ConfigureAwait(false);
        return
        [
            .. madison.Split('\n')
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .Where(fields => fields.Length == 3)
                .Select(fields => new AptPackage(fields[0], fields[1]))
                .Distinct(),
        ];
    }

    /// <summary>Gets the packages whose names differ only in numbers, such as the next ABI of a kernel, with their versions.</summary>
    public async Task<IReadOnlyList<AptPackage>> RelativesAsync(string package, CancellationToken cancellationToken)
    {
        string names = await RunAsync("apt-cache", ["pkgnames", LettersOf().Match(package).Value], _root, cancellationToken).ConfigureAwait(false);
        Regex alike = new($"^{NumbersOf().Replace(Regex.Escape(package), "[0-9]+")}$", RegexOptions.CultureInvariant);
        List<AptPackage> relatives = [];
        foreach (string name in names.Split('\n').Where(name => name != package && alike.IsMatch(name)))
            relatives.AddRange((await VersionsAsync(name, cancellationToken).ConfigureAwait(false)).Take(1));
        return [.. relatives.OrderByDescending(relative => relative.Name, Comparer<string>.Create(CompareNumbers))];
    }

    /// <summary>Compares names of one kind by the numbers in them.</summary>
    public static int CompareNumbers(string one, string other)
    {
        return string.CompareOrdinal(Padded(one), Padded(other));
        static string Padded(string name) => NumbersOf().Replace(name, number => number.Value.PadLeft(9, '0'));
    }

    /// <summary>Fetches the indexes if they are missing, or if <paramref name="newer"/> is set and they are older than half an hour.</summary>
    public async Task UpdateAsync(bool newer, CancellationToken cancellationToken)
    {
        string stamp = Path.Combine(_folder, "updated");
        using FileLock alone = await AloneAsync("the package indexes", cancellationToken).ConfigureAwait(false);
        DateTime updated = File.GetLastWriteTimeUtc(stamp);
        bool isOfTheseSources = File.Exists(stamp) && updated >= File.GetLastWriteTimeUtc(Path.Combine(_folder, "sources.list"));
        if (isOfTheseSources && (!newer || DateTime.UtcNow - updated < IndexAge))
            return;
        ProgramResult update = await ExecuteAsync("apt-get", ["-q", "update"], _root, cancellationToken).ConfigureAwait(false);

        // Old releases lose their security and update pockets, one architecture at a time. Only the suite itself is required.
        string[] failed = [.. update.StandardError.Split('\n').Where(line => line.StartsWith("E: Failed to fetch", StringComparison.Ordinal))];
        if (!update.Exit.IsClean && (failed.Length == 0 || failed.Any(line => line.Contains($"/dists/{Suite}/", StringComparison.Ordinal))))
            throw new SourceException(AssetFailure.Unreachable, $"'apt-get update' for {Suite} {_architecture} ended with {update.Exit}: {string.Join("; ", failed.Take(3))}");
        await File.WriteAllTextAsync(stamp, DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches a package, which apt checks against the signed index. Returns its path and its SHA-256 from the index.</summary>
    public async Task<(string Path, string Sha256)> DownloadAsync(AptPackage package, string? architecture, CancellationToken cancellationToken)
    {
        string wanted = $"{package.Name}{(architecture is null ? "" : $":{architecture}")}={package.Version}";
        string uris = await RunAsync("apt-get", ["-q", "--print-uris", "download", wanted], _root, cancellationToken).ConfigureAwait(false);
        Match uri = PrintedUri().Match(uris);
        if (!uri.Success)
            throw new SourceException(AssetFailure.Unreachable, $"apt-get gives no SHA256 for {wanted}: {uris.Trim()}");
        string sha256 = uri.Groups["sha256"].Value;

        string folder = Path.Combine(_root, "debs");
        Directory.CreateDirectory(folder);
        string kept = Path.Combine(folder, sha256 + ".deb");
        using FileLock alone = await FileLock.AcquireAsync(kept + ".lock", $"package {wanted}", LockTimeout, cancellationToken).ConfigureAwait(false);
        if (File.Exists(kept))
        {
            File.SetLastWriteTimeUtc(kept, DateTime.UtcNow);
            return (kept, sha256);
        }

        string work = Path.Combine(folder, sha256 + ".part");
        Directory.CreateDirectory(work);
        await RunAsync("apt-get", ["-q", "download", wanted], work, cancellationToken).ConfigureAwait(false);
        string file = Directory.GetFiles(work, "*.deb").Single();
        File.Move(file, kept);
        Directory.Delete(work, recursive: true);
        return (kept, sha256);
    }

    private Task<FileLock> AloneAsync(string purpose, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(_folder + ".lock", $"{purpose} of {Suite}", LockTimeout, cancellationToken);

    private async Task<string> RunAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        ProgramResult result = await ExecuteAsync(program, arguments, folder, cancellationToken).ConfigureAwait(false);
        return result.Exit.IsClean
            ? result.StandardOutput
            : throw new SourceException(AssetFailure.Unreachable, $"'{result.CommandLine}' ended with {result.Exit}: {result.StandardError.Trim()}");
    }

    private Task<ProgramResult> ExecuteAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken) =>
        RunAnyAsync(program, ["-c", Path.Combine(_folder, "apt.conf"), .. arguments], folder, cancellationToken);

    private static async Task<ProgramResult> RunAnyAsync(
        string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await ChildProgram.RunAsync(
                program, arguments, CommandTimeout, new Dictionary<string, string> { ["LC_ALL"] = "C" }, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (ProgramException error)
        {
            throw new SourceException(AssetFailure.Unreachable, error.Message, error);
        }
    }

    /// <summary>Writes the script of this assembly into the folder. Several processes write the same text: each puts a whole file in place.</summary>
    private static string WriteScript(string root)
    {
        using StreamReader reader = new(typeof(AptArchive).Assembly.GetManifestResourceStream(ScriptName)!);
        string path = Path.Combine(root, ScriptName), text = reader.ReadToEnd();
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return path;
        string temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
        return path;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex NumbersOf();

    [GeneratedRegex("^[^0-9]*")]
    private static partial Regex LettersOf();

    [GeneratedRegex("^'[^']*' \\S+ [0-9]+ SHA256:(?<sha256>[0-9a-f]{64})", RegexOptions.Multiline)]
    private static partial Regex PrintedUri();
}
