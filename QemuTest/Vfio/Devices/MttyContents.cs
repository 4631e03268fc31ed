namespace QemuTest.Vfio;

/// <summary>What a guest can see of a single-port mtty device: the registers that its migration state carries, and the PCI
/// configuration that leads to them.</summary>
/// <param name="Bar0">The base address register: where the registers are in I/O space, with bit 0 set.</param>
/// <param name="Command">The PCI command register.</param>
/// <param name="LineControl">LCR.</param>
/// <param name="ModemControl">MCR.</param>
/// <param name="Scratch">SCR.</param>
/// <param name="Fifo">The bytes that wait in the receive FIFO, as hexadecimal digits.</param>
public sealed record MttyContents(uint Bar0, ushort Command, byte LineControl, byte ModemControl, byte Scratch, string Fifo)
{
    /// <summary>Contents that differ from device to device and from a reset device in every part.</summary>
    /// <param name="slot">The device's PCI slot, which decides its I/O address.</param>
    /// <param name="seed">What the values are derived from: the same seed gives the same contents.</param>
    public static MttyContents Seeded(int slot, int seed)
    {
        var random = new Random(seed);
        byte[] fifo = new byte[8];
        random.NextBytes(fifo);
        return new MttyContents(
            Bar0: (uint)(0xc001 + 0x100 * slot),
            Command: 1,
            LineControl: (byte)(0x03 | (random.Next(8) << 3)), // eight bits; parity as it comes
            ModemControl: (byte)(0x10 | random.Next(1, 4)),    // loop-back, so that what is sent is received
            Scratch: (byte)random.Next(1, 256),
            Fifo: Convert.ToHexString(fifo));
    }
}
