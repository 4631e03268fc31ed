using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>Whether a guest makes progress on this host's KVM, tried once a binary.</summary>
internal static class UsableKvm
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Tried = new();

    /// <summary>Null if KVM is usable, else why not.</summary>
    public static Task<string?> WhyNotAsync(string qemu, CancellationToken cancellationToken) =>
        Tried.GetOrAdd(qemu, _ => new(() => TryAsync(qemu))).Value.WaitAsync(cancellationToken);

    private static async Task<string?> TryAsync(string qemu)
    {
        if (RuntimeInformation.OSArchitecture != Architecture.X64 || QemuBinary.TargetOf(qemu) != "x86_64")
            return $"it can be tried with an x86_64 guest on an x86_64 host only, and this is {qemu} on {RuntimeInformation.OSArchitecture}";
        return await KvmProbe.WhyNotAsync(qemu, "/vmlinuz").ConfigureAwait(false);
    }
}
