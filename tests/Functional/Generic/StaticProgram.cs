using System.Buffers.Binary;

namespace QemuTest.Functional.Generic;

/// <summary>A static Linux program, written byte by byte so that no cross compiler is needed. It opens the file named by its first
/// argument, reads at most 64 bytes, writes them to standard output, and exits with the result of <c>read</c>.</summary>
/// <param name="Machine">ELF's number for the architecture.</param>
/// <param name="Code">The program, position-independent, in hexadecimal.</param>
/// <param name="Is64">Whether it is a 64-bit program.</param>
/// <param name="BigEndian">Whether its architecture is big-endian.</param>
/// <param name="Flags">ELF's flags.</param>
public sealed record StaticProgram(ushort Machine, string Code, bool Is64 = true, bool BigEndian = false, uint Flags = 0)
{
    private const ulong LoadAddress = 0x100000;

    /// <summary>Writes an executable file.</summary>
    public void WriteTo(string path)
    {
        byte[] code = Convert.FromHexString(Code);
        int headers = Is64 ? 64 + 56 : 52 + 32;
        var file = new List<byte>();
        file.AddRange([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(Is64 ? 2 : 1), (byte)(BigEndian ? 2 : 1), 1, .. new byte[9]]);
        Half(2); // an executable
        Half(Machine);
        Word(1);
        Address(LoadAddress + (ulong)headers);
        Address(Is64 ? 64u : 52u);
        Address(0);
        Word(Flags);
        Half((ushort)(Is64 ? 64 : 52));
        Half((ushort)(Is64 ? 56 : 32));
        Half(1);
        Half(0);
        Half(0);
        Half(0);

        const uint ReadAndExecute = 5;
        ulong size = (ulong)(headers + code.Length);
        Word(1); // loadable
        if (Is64)
            Word(ReadAndExecute);
        Address(0);
        Address(LoadAddress);
        Address(LoadAddress);
        Address(size);
        Address(size);
        if (!Is64)
            Word(ReadAndExecute);
        Address(0x10000);
        file.AddRange(code);
        File.WriteAllBytes(path, [.. file]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        void Half(ushort value) => Add(2, value);
        void Word(uint value) => Add(4, value);
        void Address(ulong value) => Add(Is64 ? 8 : 4, value);
        void Add(int length, ulong value)
        {
            byte[] bytes = new byte[8];
            if (BigEndian)
                BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            else
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            file.AddRange(BigEndian ? bytes[^length..] : bytes[..length]);
        }
    }
}
