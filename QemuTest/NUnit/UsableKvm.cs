using System.Collections.Concurrent;
using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>Whether KVM is usable, probed once per binary and process.</summary>
internal static class UsableKvm
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<KvmSupport>>> Probed = new();

    public static Task<KvmSupport> ProbeAsync(string qemu, CancellationToken cancellationToken) =>
        Probed.GetOrAdd(qemu, _ => new(() => KvmProbe.RunAsync(qemu))).Value.WaitAsync(cancellationToken);
}
