using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace QemuTest.Processes;

/// <summary>File operations that .NET does not offer: opening without .NET's own flock, flock, inodes, extended attributes.</summary>
internal static unsafe class NativeFile
{
    private const uint IdentityFields = Libc.StatInode | Libc.StatModified | Libc.StatSize;

    /// <summary>Opens a file for reading, and for writing if asked; creates it if asked.</summary>
    public static SafeFileHandle Open(string path, bool create, bool write = true)
    {
        int flags = Libc.OpenCloseOnExec | (write ? Libc.OpenReadWrite : 0) | (create ? Libc.OpenCreate : 0);
        int descriptor = Libc.Open(path, flags, Libc.OwnerWrites);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        throw error == Libc.NoSuchEntry ? new FileNotFoundException($"'{path}' does not exist.", path) : Failure("open", path, error);
    }

    /// <summary>Takes a flock. Waits in the kernel if <paramref name="wait"/>; otherwise returns whether the lock was free.</summary>
    public static bool Lock(SafeFileHandle file, string path, bool shared, bool wait)
    {
        int operation = (shared ? Libc.LockShared : Libc.LockExclusive) | (wait ? 0 : Libc.LockNonBlocking);
        while (Libc.FLock(file, operation) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock)
                return false;
            if (error != Libc.Interrupted)
                throw Failure("flock", path, error);
        }

        return true;
    }

    /// <summary>Gets the identity of the file at a path, or null if there is none.</summary>
    public static FileIdentity? Identify(string path)
    {
        Libc.StatXBuffer buffer;
        if (Libc.StatX(Libc.CurrentDirectory, path, 0, IdentityFields, &buffer) == 0)
            return IdentityOf(buffer);
        int error = Marshal.GetLastPInvokeError();
        return error is Libc.NoSuchEntry or Libc.NotADirectory ? null : throw Failure("statx", path, error);
    }

    /// <summary>Gets the identity of an open file.</summary>
    public static FileIdentity Identify(SafeFileHandle file, string path)
    {
        Libc.StatXBuffer buffer;
        return Libc.StatX(file, "", Libc.EmptyPath, IdentityFields, &buffer) == 0
            ? IdentityOf(buffer)
            : throw Failure("statx", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Sets a <c>user.</c> attribute. Returns false where the file system has none, which <c>qemu_test</c> ignores too.</summary>
    public static bool SetAttribute(string path, string name, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        return Libc.SetExtendedAttribute(path, name, bytes, (nuint)bytes.Length, 0) == 0;
    }

    private static FileIdentity IdentityOf(in Libc.StatXBuffer buffer) =>
        new((long)buffer.Size, (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds, (long)buffer.Inode);

    private static IOException Failure(string call, string path, int error) =>
        new($"{call} '{path}': {new Win32Exception(error).Message}", error);
}
