using System.Buffers.Binary;

namespace QemuTest.Functional.Riscv64;

/// <summary>A RISC-V program without an operating system, for <c>-bios</c>, which loads it to the start of memory. Written instruction by instruction, so that no cross compiler is
/// needed.</summary>
internal sealed class BareProgram
{
    private readonly List<uint> _code = [];

    public int Length => 4 * _code.Count;

    public BareProgram Add(params uint[] instructions)
    {
        _code.AddRange(instructions);
        return this;
    }

    public BareProgram AddText(string text)
    {
        byte[] bytes = [.. System.Text.Encoding.ASCII.GetBytes(text), 0, 0, 0, 0];
        for (int i = 0; i + 4 <= bytes.Length; i += 4)
            _code.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i)));
        return this;
    }

    public void WriteTo(string path)
    {
        byte[] bytes = new byte[Length];
        for (int i = 0; i < _code.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), _code[i]);
        File.WriteAllBytes(path, bytes);
    }

    public static uint Immediate(int opcode, int function, int to, int from, int value) =>
        (uint)(value << 20 | from << 15 | function << 12 | to << 7 | opcode);

    public static uint Store(int function, int from, int address) => (uint)(from << 20 | address << 15 | function << 12 | 0x23);
}
