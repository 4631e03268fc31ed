using QemuTest.Archives;

namespace QemuTest.Assets;

/// <summary>A member of a distribution package, fetched by the machine's apt from the mirror of the machine.</summary>
internal sealed class AptSource(string cacheRoot) : IAssetSource
{
    public async Task FetchAsync(Uri address, AssetDownload download, CancellationToken cancellationToken = default)
    {
        AptReference wanted = AptReference.Parse(address.OriginalString);
        AptArchive archive = await AptArchive.OpenAsync(cacheRoot, wanted.Suite, wanted.Architecture, cancellationToken).ConfigureAwait(false);
        AptPackage package = await FindAsync(archive, wanted, cancellationToken).ConfigureAwait(false);
        (string deb, string sha256) = await archive.DownloadAsync(package, wanted.Architecture, cancellationToken).ConfigureAwait(false);

        string member = Path.Combine(cacheRoot, "apt", $"member-{Guid.NewGuid():N}");
        try
        {
            // apt has checked the whole package already.
            await Archive.ExtractMemberAsync(
                deb, wanted.Member, member, ArchiveFormat.Deb, wholeArchive: false, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using FileStream content = File.OpenRead(member);
            await download.CopyFromAsync(content, address.OriginalString, cancellationToken).ConfigureAwait(false);
        }
        catch (ArchiveException error)
        {
            throw new SourceException(AssetFailure.NotFound, $"package {package.Name} {package.Version}: {error.Message}", error);
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

        // The index may be older than the version.
        await archive.UpdateAsync(newer: true, cancellationToken).ConfigureAwait(false);
        versions = await archive.VersionsAsync(wanted.Package, cancellationToken).ConfigureAwait(false);
        if (Choose(versions, wanted) is { } newer)
            return newer;

        if (versions.Count == 0)
            versions = await archive.RelativesAsync(wanted.Package, cancellationToken).ConfigureAwait(false);
        string available = versions.Count == 0
            ? "the archive has no package of that name, nor one with other numbers in its name"
            : $"available now: {string.Join(", ", versions.Take(3).Select(version => $"{version.Name} {version.Version}"))}";
        throw new SourceException(AssetFailure.PinVanished,
            $"{wanted.QualifiedPackage} {wanted.Version} is no longer in {archive.Suite}; {available}. To move the pin, run: qemu-test update-assets");
    }

    private static AptPackage? Choose(IReadOnlyList<AptPackage> versions, AptReference wanted) =>
        versions.FirstOrDefault(version => wanted.Version is null || version.Version == wanted.Version);
}
