using NUnit.Framework;
using QemuTest.Archives;
using QemuTest.Assets;

namespace QemuTest.NUnit;

// Assets: fetched before the test starts, decompressed or extracted into its scratch folder.
public abstract partial class QemuBaseTest
{
    /// <summary>Fetches an asset if necessary and decompresses it into <see cref="ScratchDirectory"/>. Replaces an existing file.</summary>
    /// <param name="asset">The compressed asset.</param>
    /// <param name="format">The format; null to detect it by content.</param>
    /// <returns>The path of the decompressed file; its name is the asset's hash.</returns>
    /// <exception cref="ArchiveException">The asset is damaged, or not compressed.</exception>
    public async Task<string> DecompressAsync(Asset asset, CompressionFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return await DecompressAsync(await asset.FetchAsync(Token).ConfigureAwait(false), format, asset.Sources[0]).ConfigureAwait(false);
    }

    /// <summary>Decompresses a file into <see cref="ScratchDirectory"/>, under its name without the last extension.</summary>
    /// <param name="path">The compressed file.</param>
    /// <returns>The path of the decompressed file.</returns>
    /// <exception cref="ArchiveException">The file is damaged, or not compressed.</exception>
    public Task<string> DecompressAsync(string path) => DecompressAsync(path, null, path);

    /// <summary>Fetches an asset if necessary and extracts it below <see cref="ScratchDirectory"/>.</summary>
    /// <param name="asset">The archive.</param>
    /// <param name="member">The member to extract, or null for all.</param>
    /// <param name="subfolder">A subfolder to extract to, or null for <see cref="ScratchDirectory"/>.</param>
    /// <param name="format">The format; null to detect it by content.</param>
    /// <param name="rules">Limits; null for <see cref="ExtractionOptions.Default"/>.</param>
    /// <returns>The path of the member, or of the folder.</returns>
    /// <exception cref="ArchiveException">The archive is damaged or hostile, or lacks the member. Nothing was extracted.</exception>
    public async Task<string> ExtractAsync(
        Asset asset, string? member = null, string? subfolder = null, ArchiveFormat? format = null, ExtractionOptions? rules = null)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return await ExtractAsync(await asset.FetchAsync(Token).ConfigureAwait(false), asset.Sources[0], member, subfolder, format, rules).ConfigureAwait(false);
    }

    /// <summary>Extracts an archive below <see cref="ScratchDirectory"/>.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="member">The member to extract, or null for all.</param>
    /// <param name="subfolder">A subfolder to extract to, or null for <see cref="ScratchDirectory"/>.</param>
    /// <returns>The path of the member, or of the folder.</returns>
    /// <exception cref="ArchiveException">The archive is damaged or hostile, or lacks the member. Nothing was extracted.</exception>
    public Task<string> ExtractAsync(string path, string? member, string? subfolder) => ExtractAsync(path, path, member, subfolder, null, null);

    private async Task<string> DecompressAsync(string path, CompressionFormat? format, string name)
    {
        string output = ScratchFile(Path.GetFileNameWithoutExtension(path));
        Log($"decompress {name} to {output}");
        await Archive.DecompressAsync(path, output, format, PathPart(name), cancellationToken: Token).ConfigureAwait(false);
        return output;
    }

    private async Task<string> ExtractAsync(
        string path, string name, string? member, string? subfolder, ArchiveFormat? format, ExtractionOptions? rules)
    {
        string folder = ScratchFile(subfolder ?? "");
        Log($"extract {member ?? "all"} of {name} to {folder}");
        if (member is null)
        {
            await Archive.ExtractAsync(path, folder, format, PathPart(name), rules, Token).ConfigureAwait(false);
            return folder;
        }

        string output = Path.Combine(folder, MemberName.Normalize(member));
        await Archive.ExtractMemberAsync(path, member, output, format, PathPart(name), rules: rules, cancellationToken: Token).ConfigureAwait(false);
        return output;
    }

    /// <summary>Gets a URL without its query, which would hide the extension.</summary>
    private static string PathPart(string name) =>
        Uri.TryCreate(name, UriKind.Absolute, out Uri? address) && !address.IsFile ? address.AbsolutePath : name;

    private async Task SkipWithoutAssetsAsync()
    {
        GateVerdict verdict = await AssetGate.CheckAsync(GetType(), Token).ConfigureAwait(false);
        foreach ((string fact, string value) in verdict.Facts)
            RecordFact(fact, value);
        if (verdict.WhyNot is { } reason)
            Assert.Ignore(reason);
    }
}
