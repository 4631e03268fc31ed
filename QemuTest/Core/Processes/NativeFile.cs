using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QemuTest.Processes;

/// <summary>What the cache needs of the kernel and .NET does not offer: opening without .NET's own flock, flock, inodes, extended attributes.</summary>
internal static partial class NativeFile
{
    private const int ReadWrite = 2, Create = 0x40, CloseOnExec = 0x80000;
    private const int LockShared = 1, LockExclusive = 2, LockNonBlocking = 4;
    private const int NoSuchEntry = 2, Interrupted = 4, WouldBlock = 11;
    private const int CurrentDirectory = -100;
    private const uint WantedStatx = 0x00000100 | 0x00000040 | 0x00000200; // inode, mtime, size

    /// <summary>Opens for reading and writing, creating it if asked. File.Open would take a flock of its own.</summary>
    public static SafeFileHandle Open(string path, bool create, bool write = true)
    {
        int flags = CloseOnExec | (write ? ReadWrite : 0) | (create ? Create : 0);
        int descriptor = OpenFile(path, flags, 0x1A4);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        throw error == NoSuchEntry ? new FileNotFoundException($"'{path}' is not there.", path) : Failure("open", path, error);
    }

    /// <summary>Takes a flock. Waits in the kernel if <paramref name="wait"/>, else tells whether it was free.</summary>
    public static bool Lock(SafeFileHandle file, string path, bool shared, bool wait)
    {
        int operation = (shared ? LockShared : LockExclusive) | (wait ? 0 : LockNonBlocking);
        while (Flock(file, operation) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                return false;
            if (error != Interrupted)
                throw Failure("flock", path, error);
        }

        return true;
    }

    /// <summary>Identity of the file at a path, or null if there is none.</summary>
    public static FileIdentity? Identify(string path)
    {
        if (Statx(CurrentDirectory, path, 0, WantedStatx, out StatxBuffer buffer) == 0)
            return buffer.Identity;
        int error = Marshal.GetLastPInvokeError();
        return error is NoSuchEntry or 20 ? null : throw Failure("statx", path, error);
    }

    /// <summary>Identity of an open file.</summary>
    public static FileIdentity Identify(SafeFileHandle file, string path)
    {
        const int EmptyPath = 0x1000;
        return StatxDescriptor(file, "", EmptyPath, WantedStatx, out StatxBuffer buffer) == 0
            ? buffer.Identity
            : throw Failure("statx", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Sets a <c>user.</c> attribute; false where the file system has none, as upstream shrugs at that too.</summary>
    public static bool SetAttribute(string path, string name, string value)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(value);
        return SetExtendedAttribute(path, name, bytes, (nuint)bytes.Length, 0) == 0;
    }

    private static IOException Failure(string call, string path, int error) =>
        new($"{call} '{path}': {new Win32Exception(error).Message}", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxDescriptor(SafeFileHandle file, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetExtendedAttribute(string path, string name, byte[] value, nuint size, int flags);

    /// <summary>struct statx, 256 bytes, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        public readonly FileIdentity Identity =>
            new((long)Size, (ModifiedSeconds * 1_000_000_000) + ModifiedNanoseconds, (long)Inode);
    }
}
