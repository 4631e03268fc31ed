using System.Security.Cryptography;
using System.Text.RegularExpressions;
using QemuTest.Archives;

namespace QemuTest.Assets;

/// <summary>The newest version of a pinned package member: of the same package, or of a package with higher numbers in its name (a kernel's ABI).</summary>
internal sealed class AptPin
{
    private readonly AssetSettings _settings;
    private readonly AptArchive _archive;

    private AptPin(AssetSettings settings, AptArchive archive, AptReference reference)
    {
        _settings = settings;
        _archive = archive;
        Reference = reference;
    }

    public AptReference Reference { get; }

    /// <summary>Gets the newest version, or null if it is the pinned one.</summary>
    /// <exception cref="SourceException">The archive is not reachable, or has no such package.</exception>
    public static async Task<AptPin?> NewestAsync(AssetSettings settings, AptReference pinned, CancellationToken cancellationToken = default)
    {
        AptArchive archive = await AptArchive.OpenAsync(settings.CacheRoot, pinned.Suite, pinned.Architecture, cancellationToken).ConfigureAwait(false);
        await archive.UpdateAsync(newer: true, cancellationToken).ConfigureAwait(false);

        // Old ABIs may stay in a part of the suite. So a relative with a higher number wins even if the package is still there.
        IReadOnlyList<AptPackage> same = await archive.VersionsAsync(pinned.Package, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AptPackage> relatives = await archive.RelativesAsync(pinned.Package, cancellationToken).ConfigureAwait(false);
        AptPackage? newest = relatives.FirstOrDefault(relative => AptArchive.CompareNumbers(relative.Name, pinned.Package) > 0) ?? (same.Count > 0 ? same[0] : null);
        if (newest is null)
        {
            throw new SourceException(AssetFailure.PinVanished,
                $"{pinned.QualifiedPackage} {pinned.Version} is no longer in {archive.Suite}, and no similar package is there");
        }

        AptReference moved = pinned with { Package = newest.Name, Version = newest.Version, Member = Moved(pinned, newest.Name) };
        return moved == pinned ? null : new AptPin(settings, archive, moved);
    }

    /// <summary>Fetches the member and measures it.</summary>
    public async Task<(string Sha256, long Size)> MeasureAsync(CancellationToken cancellationToken = default)
    {
        (string deb, _) = await _archive.DownloadAsync(new AptPackage(Reference.Package, Reference.Version!), Reference.Architecture, cancellationToken)
            .ConfigureAwait(false);
        string member = Path.Combine(_settings.CacheRoot, "apt", $"member-{Guid.NewGuid():N}");
        try
        {
            await Archive.ExtractMemberAsync(deb, Reference.Member, member, ArchiveFormat.Deb, wholeArchive: false, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            return (await AssetHash.OfFileAsync(member, HashAlgorithmName.SHA256, cancellationToken).ConfigureAwait(false), new FileInfo(member).Length);
        }
        finally
        {
            File.Delete(member);
        }
    }

    /// <summary>The path of the member with the new version of the package's name: <c>boot/vmlinuz-6.1.0-51-armmp</c> instead of <c>-50-</c>.</summary>
    private static string Moved(AptReference pinned, string package)
    {
        string old = VersionIn(pinned.Package), now = VersionIn(package);
        return old.Length == 0 ? pinned.Member : pinned.Member.Replace(old, now, StringComparison.Ordinal);
    }

    private static string VersionIn(string package) => Regex.Match(package, "[0-9]+(\\.[0-9]+)+([-+][a-z]*[0-9]+)*").Value;
}
