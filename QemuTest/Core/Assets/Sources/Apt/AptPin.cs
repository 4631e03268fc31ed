using System.Security.Cryptography;
using System.Text.RegularExpressions;
using QemuTest.Archives;

namespace QemuTest.Assets;

/// <summary>Where a pinned package member has moved to: the next version, or the next package of a name with numbers in it (a kernel's ABI).</summary>
internal sealed class AptPin
{
    private readonly AssetSettings _settings;
    private readonly AptArchive _archive;

    private AptPin(AssetSettings settings, AptArchive archive, AptReference reference) =>
        (_settings, _archive, Reference) = (settings, archive, reference);

    public AptReference Reference { get; }

    /// <summary>The newest there is, or null if the pin is it.</summary>
    /// <exception cref="SourceException">The archive can't be asked, or has nothing of the kind.</exception>
    public static async Task<AptPin?> NewestAsync(AssetSettings settings, AptReference pinned, CancellationToken cancellationToken)
    {
        AptArchive archive = await AptArchive.OpenAsync(settings.CacheRoot, pinned.Suite, pinned.Architecture, cancellationToken).ConfigureAwait(false);
        await archive.UpdateAsync(newer: true, cancellationToken).ConfigureAwait(false);

        // Old ABIs may stay in a pocket of the suite, so a relative with a higher number counts even if the package is there.
        IReadOnlyList<AptPackage> same = await archive.VersionsAsync(pinned.Package, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AptPackage> relatives = await archive.RelativesAsync(pinned.Package, cancellationToken).ConfigureAwait(false);
        AptPackage? newest = relatives.FirstOrDefault(relative => AptArchive.CompareNumbers(relative.Name, pinned.Package) > 0) ?? (same.Count > 0 ? same[0] : null);
        if (newest is null)
        {
            throw new SourceException(AssetFailure.PinVanished,
                $"{pinned.QualifiedPackage} {pinned.Version} is not in {archive.Suite} any more, and nothing like it is");
        }

        AptReference moved = pinned with { Package = newest.Name, Version = newest.Version, Member = Moved(pinned, newest.Name) };
        return moved == pinned ? null : new AptPin(settings, archive, moved);
    }

    /// <summary>Brings the member and measures it.</summary>
    public async Task<(string Sha256, long Size)> MeasureAsync(CancellationToken cancellationToken)
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

    /// <summary>The member's path with the version in the package's name replaced: <c>boot/vmlinuz-6.1.0-50-armmp</c> by <c>-51-</c>.</summary>
    private static string Moved(AptReference pinned, string package)
    {
        string old = VersionIn(pinned.Package), now = VersionIn(package);
        return old.Length == 0 ? pinned.Member : pinned.Member.Replace(old, now, StringComparison.Ordinal);
    }

    private static string VersionIn(string package) => Regex.Match(package, "[0-9]+(\\.[0-9]+)+([-+][a-z]*[0-9]+)*").Value;
}
