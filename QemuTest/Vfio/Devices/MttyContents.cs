namespace QemuTest.Vfio;

/// <summary>The contents of a single-port mtty device, as a guest sees them: the registers in its migration state, and the PCI
/// configuration that maps them.</summary>
/// <param name="Bar0">The base address register: the I/O address of the registers, with bit 0 set.</param>
/// <param name="Command">The PCI command register.</param>
/// <param name="LineControl">LCR.</param>
/// <param name="ModemControl">MCR.</param>
/// <param name="Scratch">SCR.</param>
/// <param name="Fifo">The bytes in the receive FIFO, as hexadecimal digits.</param>
public sealed record MttyContents(uint Bar0, ushort Command, byte LineControl, byte ModemControl, byte Scratch, string Fifo)
{
    /// <summary>Gets contents that differ in every part from those of other devices and of a reset device.</summary>
    /// <param name="slot">The device's PCI slot, from which its I/O address is derived.</param>
    /// <param name="seed">The seed of the values: the same seed gives the same contents.</param>
    public static MttyContents Seeded(int slot, int seed)
    {
        var random = new Random(seed);
        byte[] fifo = new byte[8];
        random.NextBytes(fifo);
        return new MttyContents(
            Bar0: (uint)(0xc001 + 0x100 * slot),
            Command: 1,
            LineControl: (byte)(0x03 | (random.Next(8) << 3)), // eight bits; any parity
            ModemControl: (byte)(0x10 | random.Next(1, 4)),    // loopback: bytes sent are received
            Scratch: (byte)random.Next(1, 256),
            Fifo: Convert.ToHexString(fifo));
    }
}
