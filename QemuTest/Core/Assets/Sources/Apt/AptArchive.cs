using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>One version that an archive has.</summary>
internal sealed record AptPackage(string Name, string Version);

/// <summary>
/// One suite of the distribution's archive for one architecture, asked through the machine's own apt with a configuration of its own:
/// foreign architectures and newer suites never touch the machine's. The mirror is the one the machine is set up with.
/// </summary>
internal sealed partial class AptArchive
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan IndexAge = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(30);

    private readonly string _root;
    private readonly string _folder;
    private readonly string? _architecture;

    private AptArchive(string root, string suite, string? architecture)
    {
        (_root, Suite, _architecture) = (root, suite, architecture);
        _folder = Path.Combine(root, $"{suite}-{architecture ?? "native"}");
    }

    public string Suite { get; }

    /// <summary>Opens the archive; nothing is downloaded yet.</summary>
    public static async Task<AptArchive> OpenAsync(string cacheRoot, string? suite, string? architecture, CancellationToken cancellationToken)
    {
        (string main, string? security, string own) = await MachineSourcesAsync(Path.Combine(cacheRoot, "apt"), cancellationToken).ConfigureAwait(false);
        AptArchive archive = new(Path.Combine(cacheRoot, "apt"), suite ?? own, architecture);
        archive.WriteConfiguration(main, security);
        return archive;
    }

    /// <summary>The versions there are of a package, newest first; empty if there is none.</summary>
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

    /// <summary>Packages of the same name but for its numbers, such as the next ABI of a kernel, with their versions.</summary>
    public async Task<IReadOnlyList<AptPackage>> RelativesAsync(string package, CancellationToken cancellationToken)
    {
        string names = await RunAsync("apt-cache", ["pkgnames", LettersOf().Match(package).Value], _root, cancellationToken).ConfigureAwait(false);
        Regex alike = new($"^{NumbersOf().Replace(Regex.Escape(package), "[0-9]+")}$", RegexOptions.CultureInvariant);
        List<AptPackage> relatives = [];
        foreach (string name in names.Split('\n').Where(name => name != package && alike.IsMatch(name)))
            relatives.AddRange((await VersionsAsync(name, cancellationToken).ConfigureAwait(false)).Take(1));
        return [.. relatives.OrderByDescending(relative => relative.Name, Comparer<string>.Create(CompareNumbers))];
    }

    /// <summary>Orders names of one kind by the numbers in them.</summary>
    public static int CompareNumbers(string one, string other)
    {
        return string.CompareOrdinal(Padded(one), Padded(other));
        static string Padded(string name) => NumbersOf().Replace(name, number => number.Value.PadLeft(9, '0'));
    }

    /// <summary>Brings the indexes if they are not there, or older than half an hour and <paramref name="newer"/> is asked for.</summary>
    public async Task UpdateAsync(bool newer, CancellationToken cancellationToken)
    {
        string stamp = Path.Combine(_folder, "updated");
        using FileLock alone = await AloneAsync("the package indexes", cancellationToken).ConfigureAwait(false);
        if (File.Exists(stamp) && (!newer || DateTime.UtcNow - File.GetLastWriteTimeUtc(stamp) < IndexAge))
            return;
        BufferedCommandResult update = await ExecuteAsync("apt-get", ["-q", "update"], _root, Configuration, cancellationToken).ConfigureAwait(false);

        // Old releases lose their security and update pockets, architecture by architecture; what counts is the suite itself.
        string[] failed = [.. update.StandardError.Split('\n').Where(line => line.StartsWith("E: Failed to fetch", StringComparison.Ordinal))];
        if (update.ExitCode != 0 && (failed.Length == 0 || failed.Any(line => line.Contains($"/dists/{Suite}/", StringComparison.Ordinal))))
            throw new SourceException(AssetFailure.Unreachable, $"'apt-get update' for {Suite} {_architecture} ended with {update.ExitCode}: {string.Join("; ", failed.Take(3))}");
        await File.WriteAllTextAsync(stamp, DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings a package, which apt checks against the signed index. Returns its path and the SHA-256 of the index.</summary>
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

    /// <summary>
    /// Where the machine's apt has its Debian archive: the main one, the security one if any, and the suite the machine runs.
    /// apt knows whose an index is from the index alone: on a machine that never ran 'apt-get update' they are brought first, not to
    /// where the machine would keep them.
    /// </summary>
    private static async Task<(string Main, string? Security, string Suite)> MachineSourcesAsync(string root, CancellationToken cancellationToken)
    {
        List<string[]> debian = await IndexTargetsAsync([], cancellationToken).ConfigureAwait(false);
        if (debian.Count == 0)
        {
            string lists = Path.Combine(root, "machine", "lists");
            Directory.CreateDirectory(Path.Combine(lists, "partial"));
            string[] own =
            [
                "-o", $"Dir::State::lists={lists}", "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
                "-o", $"APT::Sandbox::User={Environment.UserName}",
            ];
            using FileLock alone = await FileLock.AcquireAsync(
                Path.Combine(root, "machine.lock"), "the package indexes of the machine's own sources", LockTimeout, cancellationToken).ConfigureAwait(false);
            debian = await IndexTargetsAsync(own, cancellationToken).ConfigureAwait(false);
            if (debian.Count == 0)
            {
                await ExecuteAsync("apt-get", [.. own, "-q", "update"], null, null, cancellationToken).ConfigureAwait(false);
                debian = await IndexTargetsAsync(own, cancellationToken).ConfigureAwait(false);
            }
        }

        string[]? main = debian.Find(fields => fields[0] == "Debian");
        string[]? security = debian.Find(fields => fields[0] == "Debian-Security");
        return main is null
            ? throw new SourceException(AssetFailure.Unreachable,
                "this machine's apt knows no Debian archive (apt-get indextargets); add one to its sources, or precache on a machine that has one")
            : (main[1], security?[1], main[2]);
    }

    private static async Task<List<string[]>> IndexTargetsAsync(string[] options, CancellationToken cancellationToken)
    {
        string targets = await RunAsync(
            "apt-get", [.. options, "indextargets", "--format", "$(LABEL)|$(REPO_URI)|$(RELEASE)|$(CREATED_BY)"], null, null, cancellationToken).ConfigureAwait(false);
        return
        [
            .. targets.Split('\n').Select(line => line.Split('|'))
                .Where(fields => fields.Length == 4 && fields[3] == "Packages" && fields[0].StartsWith("Debian", StringComparison.Ordinal)),
        ];
    }

    private void WriteConfiguration(string main, string? security)
    {
        foreach (string folder in (string[])["lists/partial", "cache/archives/partial"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        string signed = File.Exists(Keyring) ? $"[signed-by={Keyring}] " : "";
        StringBuilder sources = new();
        sources.Append(CultureInfo.InvariantCulture, $"deb {signed}{main} {Suite} main\n");

        // Only a release has these; sid and the other rolling suites do not.
        if (Suite is not ("sid" or "unstable" or "experimental") && !Suite.Contains('-', StringComparison.Ordinal))
        {
            sources.Append(CultureInfo.InvariantCulture, $"deb {signed}{main} {Suite}-updates main\n");
            if (security is not null)
                sources.Append(CultureInfo.InvariantCulture, $"deb {signed}{security} {Suite}-security main\n");
        }

        Replace(Path.Combine(_folder, "sources.list"), sources.ToString());
        Replace(Path.Combine(_folder, "status"), "");
        string architecture = _architecture is null ? "" : $$"""
            #clear APT::Architectures;
            APT::Architecture "{{_architecture}}";
            APT::Architectures { "{{_architecture}}"; };

            """;
        Replace(Path.Combine(_folder, "apt.conf"), $$"""
            #clear APT::Update::Post-Invoke;
            #clear APT::Update::Post-Invoke-Success;
            {{architecture}}Dir::State "{{_folder}}";
            Dir::State::lists "{{_folder}}/lists";
            Dir::State::status "{{_folder}}/status";
            Dir::Cache "{{_folder}}/cache";
            Dir::Etc::sourcelist "{{_folder}}/sources.list";
            Dir::Etc::sourceparts "-";
            Acquire::Languages "none";
            APT::Sandbox::User "{{Environment.UserName}}";

            """);
    }

    /// <summary>Several processes write the same: each puts a whole file in place.</summary>
    private static void Replace(string path, string content)
    {
        if (File.Exists(path) && File.ReadAllText(path) == content)
            return;
        string temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }

    private Task<FileLock> AloneAsync(string purpose, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(_folder + ".lock", $"{purpose} of {Suite}", LockTimeout, cancellationToken);

    private string Configuration => Path.Combine(_folder, "apt.conf");

    private Task<string> RunAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken) =>
        RunAsync(program, arguments, folder, Configuration, cancellationToken);

    private static async Task<string> RunAsync(
        string program, string[] arguments, string? folder, string? configuration, CancellationToken cancellationToken)
    {
        BufferedCommandResult result = await ExecuteAsync(program, arguments, folder, configuration, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0
            ? result.StandardOutput
            : throw new SourceException(AssetFailure.Unreachable,
                $"'{program} {string.Join(' ', arguments)}' ended with {result.ExitCode}: {result.StandardError.Trim()}");
    }

    private static async Task<BufferedCommandResult> ExecuteAsync(
        string program, string[] arguments, string? folder, string? configuration, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(CommandTimeout);
        string command = $"{program} {string.Join(' ', arguments)}";
        try
        {
            return await Cli.Wrap(program)
                .WithArguments(arguments)
                .WithWorkingDirectory(folder ?? Environment.CurrentDirectory)
                .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C").Set("APT_CONFIG", configuration))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(AssetFailure.Unreachable, $"'{command}' did not end within {CommandTimeout.TotalMinutes} minutes", e);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SourceException(AssetFailure.Unreachable, $"this machine has no {program}, which brings packages: {e.Message}", e);
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex NumbersOf();

    [GeneratedRegex("^[^0-9]*")]
    private static partial Regex LettersOf();

    [GeneratedRegex("^'[^']*' \\S+ [0-9]+ SHA256:(?<sha256>[0-9a-f]{64})", RegexOptions.Multiline)]
    private static partial Regex PrintedUri();
}
