using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// <c>HASH.download</c>, upstream's sign of a running download. Upstream waits until the name is gone, or until the file has had the same size
/// for 90 s. Our mark is a second name of the partial file: it grows, and the partial file stays if upstream deletes the mark. A recent
/// mark of upstream makes this library wait.
/// </summary>
internal sealed class UpstreamMark(string path, string partialPath)
{
    // The age is upstream's rule, so it is not scaled.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(90);

    private readonly string _mark = path + ".download";
    private long? _inode;

    /// <summary>Sets the mark. Returns true after a wait for another harness, which may have fetched the file.</summary>
    public async Task<bool> SetAsync(CancellationToken cancellationToken = default)
    {
        bool waited = false;
        while (true)
        {
            try
            {
                // The name may exist already, from a killed process of this library.
                if (FileLinks.TryCreateHardLink(partialPath, _mark)
                    || NativeFile.Identify(_mark)?.Inode == NativeFile.Identify(partialPath)?.Inode)
                {
                    _inode = NativeFile.Identify(_mark)?.Inode;
                    return waited;
                }
            }
            catch (IOException)
            {
                // A file system without hard links. Both harnesses may then download at once; each result is complete.
                return waited;
            }

            waited = true;
            await WaitUntilGoneOrStaleAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Remove()
    {
        // Upstream may have replaced a mark that it found too old.
        if (_inode is not null && NativeFile.Identify(_mark)?.Inode == _inode)
            File.Delete(_mark);
    }

    private async Task WaitUntilGoneOrStaleAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(_mark)!, Path.GetFileName(_mark));
        watcher.Deleted += (_, _) => gone.TrySetResult();
        watcher.Renamed += (_, _) => gone.TrySetResult();
        watcher.EnableRaisingEvents = true;
        while (NativeFile.Identify(_mark) is not null)
        {
            TimeSpan left = File.GetLastWriteTimeUtc(_mark) + Stale - DateTime.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                File.Delete(_mark);
                return;
            }

            try
            {
                await gone.Task.WaitAsync(left, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Check whether the file has grown.
            }
        }
    }
}
