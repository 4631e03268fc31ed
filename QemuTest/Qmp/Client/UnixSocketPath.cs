using System.Net.Sockets;
using System.Text;

namespace QemuTest.Qmp;

/// <summary>Paths of Unix sockets, checked before the kernel cuts them off.</summary>
public static class UnixSocketPath
{
    /// <summary>The longest path in bytes: <c>sun_path</c> has 108, one of them for the closing zero.</summary>
    public const int MaxBytes = 107;

    /// <summary>Makes an end point of a path.</summary>
    /// <exception cref="ArgumentException">The path is empty or too long; the text says by how much.</exception>
    public static UnixDomainSocketEndPoint ToEndPoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > MaxBytes)
            throw new ArgumentException(
                $"The socket path '{path}' has {bytes} bytes; a Unix socket's path has at most {MaxBytes}. " +
                "Use a shorter directory, for example the test's SocketDir, or set TMPDIR to one.",
                nameof(path));
        return new UnixDomainSocketEndPoint(path);
    }
}
