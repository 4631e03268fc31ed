using System.Globalization;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless this process may lock enough memory: by its hard limit, or because it has <c>CAP_IPC_LOCK</c> and so no
/// limit.</summary>
/// <remarks><c>qemu_test.skipLockedMemoryTest</c> in QEMU's own framework, which checks only the limit.</remarks>
/// <param name="kilobytes">The memory that the test locks, in KiB.</param>
public sealed class SkipLockedMemoryTestAttribute(long kilobytes) : SkipAttribute
{
    private const string LimitLine = "Max locked memory";
    private const string CapabilityLine = "CapEff:";
    private const int CapIpcLock = 14;

    /// <inheritdoc/>
    internal override string? Reason() => WhyNot(
        kilobytes, File.ReadAllText("/proc/self/limits"), File.ReadAllText("/proc/self/status"), File.ReadAllText("/proc/self/uid_map"));

    /// <summary>Gets why the process cannot lock the memory, or null, from its <c>limits</c>, <c>status</c> and <c>uid_map</c> in
    /// <c>/proc</c>.</summary>
    internal static string? WhyNot(long kilobytes, string limits, string status, string userMap)
    {
        string hard = Line(limits, LimitLine).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        if (hard == "unlimited" || long.Parse(hard, CultureInfo.InvariantCulture) / 1024 >= kilobytes)
            return null;
        // The capability counts only in the initial user namespace, which maps every user to itself.
        bool firstNamespace = userMap.Split(' ', '\n').Where(word => word.Length > 0).SequenceEqual(["0", "0", "4294967295"]);
        long capabilities = long.Parse(Line(status, CapabilityLine).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return firstNamespace && (capabilities >> CapIpcLock & 1) == 1
            ? null
            : $"the test locks {kilobytes} KiB of memory; the hard limit (ulimit -H -l) is {hard} bytes";
    }

    private static string Line(string text, string name) =>
        text.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..];
}
