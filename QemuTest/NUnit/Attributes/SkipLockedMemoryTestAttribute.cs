using System.Globalization;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless this process may lock so much memory: by its hard limit, or because a process with
/// <c>CAP_IPC_LOCK</c> has none (upstream looks at the limit alone). Equals upstream's <c>skipLockedMemoryTest</c>.</summary>
/// <param name="kilobytes">How much the test locks, in KiB.</param>
public sealed class SkipLockedMemoryTestAttribute(long kilobytes) : SkipAttribute
{
    private const string LimitLine = "Max locked memory";
    private const string CapabilityLine = "CapEff:";
    private const int CapIpcLock = 14;

    /// <inheritdoc/>
    internal override string? Reason() => WhyNot(
        kilobytes, File.ReadAllText("/proc/self/limits"), File.ReadAllText("/proc/self/status"), File.ReadAllText("/proc/self/uid_map"));

    /// <summary>Why that much cannot be locked, by what the kernel says of the process.</summary>
    internal static string? WhyNot(long kilobytes, string limits, string status, string userMap)
    {
        string hard = Line(limits, LimitLine).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        if (hard == "unlimited" || long.Parse(hard, CultureInfo.InvariantCulture) / 1024 >= kilobytes)
            return null;
        // The kernel asks for the capability in the first user namespace, the one that maps every user to itself.
        bool firstNamespace = userMap.Split(' ', '\n').Where(word => word.Length > 0).SequenceEqual(["0", "0", "4294967295"]);
        long capabilities = long.Parse(Line(status, CapabilityLine).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return firstNamespace && (capabilities >> CapIpcLock & 1) == 1
            ? null
            : $"Test required {kilobytes} kB of available locked memory; the hard limit (ulimit -H -l) is {hard} bytes";
    }

    private static string Line(string text, string name) =>
        text.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..];
}
