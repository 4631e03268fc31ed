using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>What is in use in the lab: for tests that nothing is left behind.</summary>
/// <param name="Qemus">QEMU processes.</param>
/// <param name="Devices">mdev devices.</param>
/// <param name="OpenFiles">File descriptions that the kernel has; it keeps some back, so this is exact to some tens.</param>
/// <param name="AvailableMemory">Memory that can be had, in KiB.</param>
public sealed record LabUsage(int Qemus, int Devices, long OpenFiles, long AvailableMemory)
{
    internal static LabUsage Parse(string lines)
    {
        long[] figures =
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
        ];
        return new LabUsage((int)figures[0], (int)figures[1], figures[2], figures[3]);
    }
}
