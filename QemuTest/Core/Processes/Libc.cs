using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QemuTest.Processes;

/// <summary>The system calls that .NET does not offer, with the constants of Linux. Errors are left to
/// <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary>Error numbers.</summary>
    public const int NoSuchEntry = 2, Interrupted = 4, WouldBlock = 11, FileExists = 17, NotADirectory = 20;

    /// <summary>Flags of <see cref="Open"/>.</summary>
    public const int OpenReadWrite = 2, OpenCreate = 0x40, OpenCloseOnExec = 0x80000;

    /// <summary>Operations of <see cref="FLock"/>.</summary>
    public const int LockShared = 1, LockExclusive = 2, LockNonBlocking = 4;

    /// <summary>Modes of <see cref="Access"/>.</summary>
    public const int AccessExecute = 1, AccessWrite = 2, AccessRead = 4;

    /// <summary>Commands of <see cref="FCntl"/>, and the flag they set.</summary>
    public const int SetDescriptorFlags = 2, CloseOnExec = 1;

    /// <summary>Arguments of <see cref="SocketPair"/>.</summary>
    public const int UnixSockets = 1, StreamSocket = 1, SocketCloseOnExec = 0x80000;

    /// <summary>Arguments of <see cref="StatX(int, string, int, uint, StatXBuffer*)"/>.</summary>
    public const int CurrentDirectory = -100, EmptyPath = 0x1000;

    /// <summary>Fields of <see cref="StatXBuffer"/>.</summary>
    public const uint StatInode = 0x100, StatModified = 0x40, StatSize = 0x200;

    /// <summary>File modes: <c>rw-r--r--</c> and <c>rw-------</c>.</summary>
    public const uint OwnerWrites = 0x1A4, OwnerOnly = 0x180;

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string name);

    [LibraryImport(Library, EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetExtendedAttribute(string path, string name, byte[] value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int directory, string path, int flags, uint fields, StatXBuffer* buffer);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(SafeFileHandle file, string path, int flags, uint fields, StatXBuffer* buffer);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int FLock(SafeFileHandle file, int operation);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(SafeHandle descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    /// <summary><c>struct statx</c>: 256 bytes, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatXBuffer
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
