namespace QemuTest.Functional.Riscv64;

/// <summary>A program without an operating system writes through semihosting.</summary>
[Quick]
[Target("riscv64")]
public sealed class SemihostingTests : QemuSystemTest
{
    private const int Operation = 10, Address = 11; // registers a0, a1
    private const int WriteText = 4;
    private const int TextAt = 28;

    [Test]
    public async Task The_console_of_semihosting_has_the_output()
    {
        string firmware = ScratchFile("hello.bin");
        new BareProgram().Add(
            Address << 7 | 0x17, // auipc a1, 0
            BareProgram.Immediate(0x13, 0, Address, Address, TextAt), // addi a1, a1, the text
            BareProgram.Immediate(0x13, 0, Operation, 0, WriteText), // addi a0, x0, SYS_WRITE0
            0x01f01013, 0x00100073, 0x40705013, // the call: slli x0, x0, 31; ebreak; srai x0, x0, 7
            0x6f) // j .
            .AddText("hello from semihosting\n").WriteTo(firmware);
        await SetMachineAsync("virt");
        Vm.AddArgs("-bios", firmware);
        Vm.SetConsole(semihosting: true);

        await Vm.LaunchAsync(Token);

        await WaitForConsolePatternAsync("hello from semihosting");
    }
}
