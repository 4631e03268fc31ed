using NUnit.Framework;
using QemuTest.Archives;
using QemuTest.Assets;

namespace QemuTest.NUnit;

// The assets of a test: fetched before it starts, decompressed or extracted into its scratch folder.
public abstract partial class QemuBaseTest
{
    /// <summary>Fetches an asset if needed and decompresses it into <see cref="ScratchDirectory"/>.</summary>
    /// <remarks>Equals upstream's <c>uncompress</c>, but replaces an existing output.</remarks>
    /// <param name="asset">The compressed file.</param>
    /// <param name="format">Overrides the format found in the content.</param>
    /// <param name="target">The name of the decompressed file in <see cref="ScratchDirectory"/>, or null for the asset's hash.</param>
    /// <returns>The path of the decompressed file.</returns>
    /// <exception cref="ArchiveException">The file is damaged or not compressed.</exception>
    public async Task<string> DecompressAsync(Asset asset, CompressionFormat? format = null, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return await DecompressAsync(await asset.FetchAsync(Token).ConfigureAwait(false), format, asset.Sources[0], target).ConfigureAwait(false);
    }

    /// <summary>Decompresses a file into <see cref="ScratchDirectory"/>.</summary>
    /// <param name="path">The compressed file.</param>
    /// <returns>The path of the decompressed file. Its name is that of the compressed file without the last extension.</returns>
    /// <exception cref="ArchiveException">The file is damaged or not compressed.</exception>
    public Task<string> DecompressAsync(string path) => DecompressAsync(path, null, path);

    /// <summary>Fetches an asset if needed and extracts it below <see cref="ScratchDirectory"/>.</summary>
    /// <remarks>Equals upstream's <c>archive_extract</c>.</remarks>
    /// <param name="asset">The archive.</param>
    /// <param name="member">The only member to extract, or null for all.</param>
    /// <param name="subfolder">The target folder in <see cref="ScratchDirectory"/>, or null for that folder itself.</param>
    /// <param name="format">Overrides the format found in the content.</param>
    /// <param name="options">The limits; <see cref="ExtractionOptions.Default"/> if null.</param>
    /// <returns>The path of the member, or of the target folder.</returns>
    /// <exception cref="ArchiveException">The archive is damaged or hostile, or has no such member. Nothing was extracted.</exception>
    public async Task<string> ExtractAsync(
        Asset asset, string? member = null, string? subfolder = null, ArchiveFormat? format = null, ExtractionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return await ExtractAsync(await asset.FetchAsync(Token).ConfigureAwait(false), asset.Sources[0], member, subfolder, format, options).ConfigureAwait(false);
    }

    /// <summary>Extracts an archive below <see cref="ScratchDirectory"/>.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="member">The only member to extract, or null for all.</param>
    /// <param name="subfolder">The target folder in <see cref="ScratchDirectory"/>, or null for that folder itself.</param>
    /// <returns>The path of the member, or of the target folder.</returns>
    /// <exception cref="ArchiveException">The archive is damaged or hostile, or has no such member. Nothing was extracted.</exception>
    public Task<string> ExtractAsync(string path, string? member, string? subfolder) => ExtractAsync(path, path, member, subfolder, null, null);

    private async Task<string> DecompressAsync(string path, CompressionFormat? format, string name, string? target = null)
    {
        string output = ScratchFile(target ?? Path.GetFileNameWithoutExtension(path));
        Log($"decompress {name} to {output}");
        await Archive.DecompressAsync(path, output, format, cancellationToken: Token).ConfigureAwait(false);
        return output;
    }

    private async Task<string> ExtractAsync(
        string path, string name, string? member, string? subfolder, ArchiveFormat? format, ExtractionOptions? options)
    {
        string folder = ScratchFile(subfolder ?? "");
        Log($"extract {member ?? "all"} of {name} to {folder}");
        if (member is null)
        {
            await Archive.ExtractAsync(path, folder, format, PathPart(name), options, Token).ConfigureAwait(false);
            return folder;
        }

        string output = Path.Combine(folder, MemberName.Normalize(member));
        await Archive.ExtractMemberAsync(path, member, output, format, PathPart(name), options: options, cancellationToken: Token).ConfigureAwait(false);
        return output;
    }

    /// <summary>The path of an address, without a query that would hide the extension.</summary>
    private static string PathPart(string name) =>
        Uri.TryCreate(name, UriKind.Absolute, out Uri? address) && !address.IsFile ? address.AbsolutePath : name;

    private async Task SkipWithoutAssetsAsync()
    {
        GateVerdict verdict = await AssetGate.CheckAsync(GetType(), Token).ConfigureAwait(false);
        foreach ((string fact, string value) in verdict.Facts)
            RecordFact(fact, value);
        if (verdict.SkipReason is { } reason)
            Assert.Ignore(reason);
    }
}
