using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Functional.X86_64;

/// <summary>Debugs recorded firmware backwards.</summary>
[Quick]
[Target("x86_64")]
public sealed partial class ReverseDebuggingTests : ReverseDebuggingTest
{
    [Test]
    [SkipFlakyTest("https://gitlab.com/qemu-project/qemu/-/issues/2922")]
    public async Task The_firmware_of_a_pc_is_debugged_backwards()
    {
        await SetMachineAsync("pc");
        await ReverseDebuggingAsync("i386:x86-64");
    }

    // In real mode, GDB's program counter is the offset in the code segment, but the address of a breakpoint is linear. QEMU's own test
    // uses the offset: its breakpoint is never hit, and running backwards ends at the first instruction.
    protected override async Task<ulong> BreakpointAddressAsync(QemuMachine replay, ulong programCounter)
    {
        string registers = await replay.Qmp.HumanMonitorCommandAsync("info registers", cancellationToken: Token);
        Match segment = CodeSegment().Match(registers);
        Assert.That(segment.Success, registers);
        return programCounter + ulong.Parse(segment.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^CS =[0-9a-f]+ ([0-9a-f]+)", RegexOptions.Multiline)]
    private static partial Regex CodeSegment();
}
