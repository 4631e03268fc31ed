namespace QemuTest.Functional.Riscv64;

/// <summary>The byte order of a RISC-V CPU's data. Instructions are little-endian in any case. A program without an operating system stores
/// a number, reads its first byte, and prints the order on the serial port.</summary>
[Quick]
[Target("riscv64")]
public sealed class EndiannessTests : QemuSystemTest
{
    private const string Property = "big-endian";
    private const int Port = 10, Data = 2, First = 6, Letter = 7, Other = 28; // registers a0, sp, t1, t2, t3

    [TestCase(false, "ENDIAN: LE")]
    [TestCase(true, "ENDIAN: BE")]
    public async Task A_program_sees_the_byte_order_of_the_CPU(bool bigEndian, string expected)
    {
        QemuBinary qemu = await QemuBinary.OpenAsync(QemuBin, Token);
        bool hasProperty = (await qemu.GetDevicePropertiesAsync("rv64-riscv-cpu", Token)).Contains(Property);
        if (!hasProperty)
            Assert.Ignore($"no support for property {Property} of the CPU rv64 in QEMU {qemu.Version}; QEMU 11.1 has it");
        string firmware = ScratchFile("endian.bin");
        Program().WriteTo(firmware);
        Cpu = $"rv64,{Property}={(bigEndian ? "on" : "off")}";
        await SetMachineAsync("virt");
        Vm.AddArgs("-bios", firmware);
        Vm.SetConsole();

        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync(expected);
    }

    private static BareProgram Program()
    {
        BareProgram program = new BareProgram().Add(
            0x10000 << 12 | Port << 7 | 0x37, // lui a0, the serial port
            1 << 12 | Data << 7 | 0x17, // auipc sp, a page further
            BareProgram.Immediate(0x13, 0, First, 0, 1), // addi t1, x0, 1
            BareProgram.Store(2, First, Data), // sw t1, 0(sp)
            BareProgram.Immediate(0x03, 0, First, Data, 0)); // lb t1, 0(sp): 1 if the first byte is the lowest
        Print(program, "ENDIAN: ");
        // 'B', or 'L', which is 10 further.
        program.Add(
            BareProgram.Immediate(0x13, 1, Letter, First, 3), // slli t2, t1, 3
            BareProgram.Immediate(0x13, 1, Other, First, 1), // slli t3, t1, 1
            Other << 20 | Letter << 15 | Letter << 7 | 0x33, // add t2, t2, t3
            BareProgram.Immediate(0x13, 0, Letter, Letter, 'B'),
            BareProgram.Store(0, Letter, Port));
        Print(program, "E\r\n");
        return program.Add(0x6f); // j .
    }

    private static void Print(BareProgram program, string text)
    {
        foreach (char letter in text)
            program.Add(BareProgram.Immediate(0x13, 0, Letter, 0, letter), BareProgram.Store(0, Letter, Port));
    }
}
