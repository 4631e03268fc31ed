using System.Globalization;

namespace QemuTest.Vfio;

/// <summary>The resources in use in the lab, for tests that look for leaks.</summary>
/// <param name="Qemus">The number of QEMU processes.</param>
/// <param name="Devices">The number of mdevs.</param>
/// <param name="Processes">The number of processes, kernel threads excluded.</param>
/// <param name="Descriptors">The number of file descriptors of all processes, exactly.</param>
/// <param name="OpenFiles">The number of open file descriptions in the kernel. The kernel counts per processor: accurate only to a few
/// dozen.</param>
/// <param name="AvailableMemory">The available memory, in KiB.</param>
public sealed record LabUsage(int Qemus, int Devices, int Processes, int Descriptors, long OpenFiles, long AvailableMemory)
{
    internal static LabUsage Parse(string lines)
    {
        long[] figures =
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
        ];
        return new LabUsage((int)figures[0], (int)figures[1], (int)figures[2], (int)figures[3], figures[4], figures[5]);
    }
}
