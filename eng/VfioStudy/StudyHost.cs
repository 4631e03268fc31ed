using System.Globalization;
using System.Runtime.InteropServices;
using QemuTest.Machines;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary>Describes the host of a study.</summary>
internal static class StudyHost
{
    public static IReadOnlyDictionary<string, string> Circumstances(QemuBinary qemu, VfioLabImage image) => new Dictionary<string, string>
    {
        ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        ["QEMU under test"] = qemu.VersionText.Split('\n')[0],
        ["processor"] = Find("/proc/cpuinfo", "model name"),
        ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["memory"] = Find("/proc/meminfo", "MemTotal"),
        ["host's system"] = RuntimeInformation.OSDescription,
        ["host's kernel"] = $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
        ["lab"] = $"Linux {image.KernelRelease} under emulation (TCG), 2 virtual processors; the QEMUs under test run in it, also under emulation",
    };

    public static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Find(string file, string key) => File.ReadLines(file)
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault("unknown");
}
