using Microsoft.Win32.SafeHandles;

namespace QemuTest.Processes;

/// <summary>
/// A lock that the kernel releases when its holder dies: flock on a file of its own, beside what it guards. A waiter blocks in the
/// kernel, on a thread of its own, instead of polling. flock has no timeout: after a canceled wait, the thread stays blocked until the
/// holder releases the lock, then releases it too and ends.
/// The holder deletes the file; a waiter that gets the lock of a deleted file starts again.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private FileLock(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>Takes the lock, and waits for it if necessary.</summary>
    /// <param name="path">The lock's file. Its folder must exist.</param>
    /// <param name="purpose">What the lock is for, for the error message.</param>
    /// <param name="timeout">The timeout, scaled by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="TimeoutException">Another process held the lock for all of <paramref name="timeout"/>.</exception>
    public static async Task<FileLock> AcquireAsync(
        string path, string purpose, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (TryAcquire(path) is { } free)
            return free;
        timeout = Timeouts.Scale(timeout);
        TaskCompletionSource<FileLock> acquired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                FileLock? result = Wait(path, canceled: acquired.Task);
                if (result is not null && !acquired.TrySetResult(result))
                    result.Dispose();
            }
            catch (IOException error)
            {
                acquired.TrySetException(error);
            }
        })
        { IsBackground = true, Name = $"flock {Path.GetFileName(path)}" };
        thread.Start();
        try
        {
            return await acquired.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The thread may have succeeded at the same moment: then the lock is released here.
            if (!acquired.TrySetCanceled(CancellationToken.None) && acquired.Task.IsCompletedSuccessfully)
                acquired.Task.Result.Dispose();
            if (error is OperationCanceledException)
                throw;
            throw new TimeoutException($"waited {timeout.TotalSeconds:F0} s for {purpose}: another process holds '{path}'", error);
        }
    }

    /// <summary>Takes the lock, or returns null if it is held.</summary>
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

    /// <summary>Releases the lock and leaves its file.</summary>
    public void Unlock() => _file.Dispose();

    /// <summary>Deletes the lock's file and releases the lock.</summary>
    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        File.Delete(_path);
        _file.Dispose();
    }

    // After a canceled wait no file is created: the folder may be about to be deleted.
    private static FileLock? Wait(string path, Task canceled)
    {
        while (!canceled.IsCompleted)
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
