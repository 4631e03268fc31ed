using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace QemuTest.Assets;

/// <summary>Finds the newest version of a pinned package member.</summary>
internal static class AptPin
{
    /// <summary>
    /// Gets the member in the newest version: of the same package, or of a package with higher numbers in its name (a kernel's ABI). Returns
    /// null if the pinned version is the newest.
    /// </summary>
    /// <exception cref="SourceException">The archive is not reachable, or has no such package.</exception>
    public static async Task<AptReference?> NewestAsync(AssetSettings settings, AptReference pinned, CancellationToken cancellationToken = default)
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
        return moved == pinned ? null : moved;
    }

    /// <summary>Fetches a member and measures it.</summary>
    /// <exception cref="SourceException">The member is not available.</exception>
    public static async Task<(string Sha256, long Size)> MeasureAsync(
        AssetSettings settings, AptReference reference, CancellationToken cancellationToken = default)
    {
        string temporary = Path.Combine(settings.CacheRoot, "apt", $"measured-{Guid.NewGuid():N}");
        try
        {
            using var download = new AssetDownload(temporary, HashAlgorithmName.SHA256, null, null);
            await new AptSource(settings.CacheRoot).FetchAsync(new Uri(reference.ToString()), download, cancellationToken).ConfigureAwait(false);
            return (download.Finish(), download.Length);
        }
        finally
        {
            File.Delete(temporary);
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
