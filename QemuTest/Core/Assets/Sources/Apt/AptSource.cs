using QemuTest.Archives;

namespace QemuTest.Assets;

/// <summary>A member of a distribution package, brought by the machine's own apt: no mirror is named anywhere.</summary>
internal sealed class AptSource(string cacheRoot) : IAssetSource
{
    public IReadOnlyList<string> Schemes { get; } = ["apt"];

    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken)
    {
        AptReference wanted = AptReference.Parse(address.OriginalString);
        AptArchive archive = await AptArchive.OpenAsync(cacheRoot, wanted.Suite, wanted.Architecture, cancellationToken).ConfigureAwait(false);
        AptPackage package = await FindAsync(archive, wanted, cancellationToken).ConfigureAwait(false);
        (string deb, string sha256) = await archive.DownloadAsync(package, wanted.Architecture, cancellationToken).ConfigureAwait(false);

        string member = Path.Combine(cacheRoot, "apt", $"member-{Guid.NewGuid():N}");
        try
        {
            // apt has checked the whole package already, so reading behind the member would find nothing new.
            await Archive.ExtractMemberAsync(
                deb, wanted.Member, member, ArchiveFormat.Deb, wholeArchive: false, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using FileStream content = File.OpenRead(member);
            await download.CopyFromAsync(content, address.OriginalString, cancellationToken).ConfigureAwait(false);
        }
        catch (ArchiveException e)
        {
            throw new SourceException(AssetFailure.NotFound, $"package {package.Name} {package.Version}: {e.Message}", e);
        }
        finally
        {
            File.Delete(member);
        }

        download.Provenance = new AssetProvenance
        {
            Source = address.OriginalString,
            Fetched = DateTimeOffset.UtcNow,
            Package = wanted.QualifiedPackage,
            Version = package.Version,
            PackageSha256 = sha256,
        };
    }

    private static async Task<AptPackage> FindAsync(AptArchive archive, AptReference wanted, CancellationToken cancellationToken)
    {
        await archive.UpdateAsync(newer: false, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AptPackage> versions = await archive.VersionsAsync(wanted.Package, cancellationToken).ConfigureAwait(false);
        if (Choose(versions, wanted) is { } found)
            return found;

        // The index may be from before the version came.
        await archive.UpdateAsync(newer: true, cancellationToken).ConfigureAwait(false);
        versions = await archive.VersionsAsync(wanted.Package, cancellationToken).ConfigureAwait(false);
        if (Choose(versions, wanted) is { } newer)
            return newer;

        if (versions.Count == 0)
            versions = await archive.RelativesAsync(wanted.Package, cancellationToken).ConfigureAwait(false);
        string there = versions.Count == 0
            ? "there is no package of that name now, nor one that differs in its numbers alone"
            : $"there now: {string.Join(", ", versions.Take(3).Select(v => $"{v.Name} {v.Version}"))}";
        throw new SourceException(AssetFailure.PinVanished,
            $"{wanted.QualifiedPackage} {wanted.Version} is not in {archive.Suite} any more; {there}. Run eng/update-assets.sh to move the pin");
    }

    private static AptPackage? Choose(IReadOnlyList<AptPackage> versions, AptReference wanted) =>
        versions.FirstOrDefault(version => wanted.Version is null || version.Version == wanted.Version);
}
