using System.Net.Sockets;
using System.Text;

namespace QemuTest.Qmp;

/// <summary>Checks the paths of Unix sockets. The kernel would truncate a long path.</summary>
public static class UnixSocketPath
{
    /// <summary>The maximum length of a path in bytes: <c>sun_path</c> has 108 bytes, including the final zero.</summary>
    public const int MaxBytes = 107;

    /// <summary>Creates an end point from a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">The path is empty or too long. The message has its length.</exception>
    public static UnixDomainSocketEndPoint ToEndPoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > MaxBytes)
            throw new ArgumentException(
                $"The socket path '{path}' has {bytes} bytes; a Unix socket's path has at most {MaxBytes}. " +
                "Use a shorter directory, for example the test's SocketDirectory, or set TMPDIR to one.",
                nameof(path));
        return new UnixDomainSocketEndPoint(path);
    }
}
