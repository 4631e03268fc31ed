using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace QemuTest.Qmp;

/// <summary>Sends bytes with file descriptors (SCM_RIGHTS). .NET has no API for this.</summary>
internal static unsafe partial class FileDescriptorPassing
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int MsgNoSignal = 0x4000;
    private const int ErrnoAgain = 11;
    private const int ErrnoInterrupted = 4;

    /// <summary>Sends the start of <paramref name="data"/>, with the descriptors on its first byte.</summary>
    /// <returns>The number of bytes sent, or 0 if the socket is full.</returns>
    public static int TrySend(Socket socket, ReadOnlySpan<byte> data, IReadOnlyList<SafeHandle> handles)
    {
        int payload = handles.Count * sizeof(int);
        // CMSG_LEN and CMSG_SPACE on 64-bit Linux: a 16-byte header, the total rounded up to 8.
        int headerLength = sizeof(ControlHeader);
        Span<byte> control = stackalloc byte[headerLength + ((payload + 7) & ~7)];
        control.Clear();
        var held = new List<SafeHandle>();
        try
        {
            Span<int> numbers = MemoryMarshal.Cast<byte, int>(control.Slice(headerLength, payload));
            for (int i = 0; i < handles.Count; i++)
            {
                bool added = false;
                handles[i].DangerousAddRef(ref added);
                held.Add(handles[i]);
                numbers[i] = (int)handles[i].DangerousGetHandle();
            }

            fixed (byte* bytes = data)
            fixed (byte* ancillary = control)
            {
                *(ControlHeader*)ancillary = new ControlHeader
                {
                    Length = (nuint)(headerLength + payload),
                    Level = SolSocket,
                    Type = ScmRights,
                };
                var vector = new IoVector { Base = bytes, Length = (nuint)data.Length };
                var message = new MessageHeader
                {
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = ancillary,
                    ControlLength = (nuint)control.Length,
                };
                while (true)
                {
                    nint sent = SendMessage((int)socket.Handle, &message, MsgNoSignal);
                    if (sent >= 0)
                        return (int)sent;
                    int error = Marshal.GetLastPInvokeError();
                    if (error == ErrnoAgain)
                        return 0;
                    if (error != ErrnoInterrupted)
                        throw new Win32Exception(error);
                }
            }
        }
        finally
        {
            foreach (SafeHandle handle in held)
                handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, MessageHeader* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
