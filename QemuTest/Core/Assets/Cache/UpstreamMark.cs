using QemuTest.Processes;

namespace QemuTest.Assets;

/// <summary>
/// <c>HASH.download</c> means to upstream's harness that someone is bringing the file: it waits until the name vanishes, and takes it for
/// stale if its size stays the same for 90 s. Ours is a second name of the partial file, so it grows; if upstream deletes it, the
/// partial file remains. The other way round, a fresh one of upstream's is waited for.
/// </summary>
internal sealed class UpstreamMark(string path, string partialPath)
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(90);

    private readonly string _mark = path + ".download";
    private long? _inode;

    /// <summary>Sets the mark. True if another harness was waited for, and may have brought the file.</summary>
    public async Task<bool> SetAsync(CancellationToken cancellationToken)
    {
        bool waited = false;
        while (true)
        {
            try
            {
                // The name may be there already: a process of ours was killed here.
                if (FileLinks.TryCreateHardLink(partialPath, _mark)
                    || NativeFile.Identify(_mark)?.Inode == NativeFile.Identify(partialPath)?.Inode)
                {
                    _inode = NativeFile.Identify(_mark)?.Inode;
                    return waited;
                }
            }
            catch (IOException)
            {
                // A file system without hard links: then both harnesses may download at once, and either result is whole.
                return waited;
            }

            waited = true;
            await WaitUntilGoneOrStaleAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Remove()
    {
        // Upstream may have taken it for stale and set one of its own.
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
                // Look whether it has grown.
            }
        }
    }
}
