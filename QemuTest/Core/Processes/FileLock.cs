using Microsoft.Win32.SafeHandles;

namespace QemuTest.Processes;

/// <summary>
/// A lock that the kernel releases with its holder: flock on a file of its own beside what it guards. Who waits does so in the
/// kernel, on a thread of its own, not by asking again and again. flock has no time timeout: if the wait is given up, that
/// thread stays behind until the holder is done, then releases at once and ends.
/// The file is deleted by its holder; a waiter that wakes up on a deleted file starts over.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private FileLock(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <exception cref="TimeoutException">Another process held it for all of <paramref name="timeout"/>; the message says what for.</exception>
    public static async Task<FileLock> AcquireAsync(string path, string purpose, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryAcquire(path) is { } free)
            return free;
        TaskCompletionSource<FileLock> acquired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                FileLock? result = Wait(path, givenUp: acquired.Task);
                if (result is not null && !acquired.TrySetResult(result))
                    result.Dispose();
            }
            catch (IOException e)
            {
                acquired.TrySetException(e);
            }
        })
        { IsBackground = true, Name = $"flock {Path.GetFileName(path)}" };
        thread.Start();
        try
        {
            return await acquired.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The thread may have won at the same moment: then the lock is returned here.
            if (!acquired.TrySetCanceled(CancellationToken.None) && acquired.Task.IsCompletedSuccessfully)
                acquired.Task.Result.Dispose();
            if (e is OperationCanceledException)
                throw;
            throw new TimeoutException($"waited {timeout.TotalSeconds:F0} s for {purpose}: another process holds '{path}'", e);
        }
    }

    /// <summary>The lock, or null if another holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        while (true)
        {
            SafeFileHandle file = NativeFile.Open(path, create: true);
            if (!NativeFile.Lock(file, path, shared: false, wait: false))
            {
                file.Dispose();
                return null;
            }

            if (IsStillAt(file, path))
                return new FileLock(file, path);
            file.Dispose();
        }
    }

    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        File.Delete(_path);
        _file.Dispose();
    }

    // Once it is given up nothing is made any more: the folder may be about to go.
    private static FileLock? Wait(string path, Task givenUp)
    {
        while (!givenUp.IsCompleted)
        {
            SafeFileHandle file = NativeFile.Open(path, create: true);
            NativeFile.Lock(file, path, shared: false, wait: true);
            if (IsStillAt(file, path))
                return new FileLock(file, path);
            file.Dispose();
        }

        return null;
    }

    private static bool IsStillAt(SafeFileHandle file, string path) =>
        NativeFile.Identify(path)?.Inode == NativeFile.Identify(file, path).Inode;
}
