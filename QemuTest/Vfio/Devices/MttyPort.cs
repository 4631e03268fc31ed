using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>Reads and writes an mtty device like its guest, through the monitor's port I/O: works without guest software, and while the
/// machine is paused.</summary>
/// <param name="monitor">The monitor of the machine with the device.</param>
/// <param name="slot">The device's PCI slot on bus 0.</param>
public sealed partial class MttyPort(IQmpExecutor monitor, int slot)
{
    private const int ConfigAddress = 0xcf8;
    private const int ConfigData = 0xcfc;
    private const int CommandRegister = 0x04;
    private const int Bar0Register = 0x10;

    // The registers of a 16550, from the base address.
    private const int Data = 0;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const int Scratch = 7;
    private const byte DataReady = 0x01;
    private const int FifoSize = 16;

    /// <summary>Maps the device and writes the contents.</summary>
    /// <param name="contents">The contents.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">QEMU refuses the access.</exception>
    public async Task WriteAsync(MttyContents contents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        int port = (int)(contents.Bar0 & ~3u);
        await SelectAsync(Bar0Register, cancellationToken).ConfigureAwait(false);
        await OutAsync('w', ConfigData, contents.Bar0 & ~3u, cancellationToken).ConfigureAwait(false);
        await SelectAsync(CommandRegister, cancellationToken).ConfigureAwait(false);
        await OutAsync('h', ConfigData, contents.Command, cancellationToken).ConfigureAwait(false);
        await OutAsync('b', port + FifoControl, 0x07, cancellationToken).ConfigureAwait(false); // on, both directions cleared
        await OutAsync('b', port + LineControl, contents.LineControl, cancellationToken).ConfigureAwait(false);
        await OutAsync('b', port + ModemControl, contents.ModemControl, cancellationToken).ConfigureAwait(false);
        await OutAsync('b', port + Scratch, contents.Scratch, cancellationToken).ConfigureAwait(false);
        foreach (byte value in Convert.FromHexString(contents.Fifo))
            await OutAsync('b', port + Data, value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the contents. Reading empties the FIFO.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="VfioLabException">QEMU refuses the access.</exception>
    public async Task<MttyContents> ReadAsync(CancellationToken cancellationToken = default)
    {
        await SelectAsync(Bar0Register, cancellationToken).ConfigureAwait(false);
        uint bar0 = await InAsync('w', ConfigData, cancellationToken).ConfigureAwait(false);
        await SelectAsync(CommandRegister, cancellationToken).ConfigureAwait(false);
        uint command = await InAsync('h', ConfigData, cancellationToken).ConfigureAwait(false);
        int port = (int)(bar0 & ~3u);
        var fifo = new StringBuilder();
        while (fifo.Length < 2 * FifoSize
            && (await InAsync('b', port + LineStatus, cancellationToken).ConfigureAwait(false) & DataReady) != 0)
            fifo.Append(CultureInfo.InvariantCulture, $"{await InAsync('b', port + Data, cancellationToken).ConfigureAwait(false):X2}");
        return new MttyContents(
            bar0,
            (ushort)command,
            (byte)await InAsync('b', port + LineControl, cancellationToken).ConfigureAwait(false),
            (byte)await InAsync('b', port + ModemControl, cancellationToken).ConfigureAwait(false),
            (byte)await InAsync('b', port + Scratch, cancellationToken).ConfigureAwait(false),
            fifo.ToString());
    }

    private Task SelectAsync(int register, CancellationToken cancellationToken = default) =>
        OutAsync('w', ConfigAddress, 0x80000000u | (uint)(slot << 11) | (uint)register, cancellationToken);

    // Sizes of the human monitor: b is one byte, h two, w four.
    private async Task OutAsync(char size, int port, uint value, CancellationToken cancellationToken = default)
    {
        string said = await monitor.HumanMonitorCommandAsync(
            string.Create(CultureInfo.InvariantCulture, $"o /{size} 0x{port:x} 0x{value:x}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (said.Trim().Length > 0)
            throw new VfioLabException($"QEMU did not write 0x{value:x} to port 0x{port:x}: {said.Trim()}") { Output = said };
    }

    private async Task<uint> InAsync(char size, int port, CancellationToken cancellationToken = default)
    {
        string said = await monitor.HumanMonitorCommandAsync(
            string.Create(CultureInfo.InvariantCulture, $"i /{size}x 0x{port:x}"), cancellationToken: cancellationToken).ConfigureAwait(false);
        Match value = PortValue().Match(said);
        return value.Success
            ? uint.Parse(value.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : throw new VfioLabException($"QEMU did not read port 0x{port:x}: {said.Trim()}") { Output = said };
    }

    [GeneratedRegex(@"port[bhwl]\[0x[0-9a-f]+\] = 0x([0-9a-f]+)")]
    private static partial Regex PortValue();
}
