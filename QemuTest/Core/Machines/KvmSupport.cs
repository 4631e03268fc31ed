namespace QemuTest.Machines;

/// <summary>Whether a guest runs under KVM on this host.</summary>
public sealed record KvmSupport
{
    private KvmSupport(string? reason) => Reason = reason;

    /// <summary>Whether a guest runs.</summary>
    public bool IsUsable => Reason is null;

    /// <summary>The reason if not; null if a guest runs.</summary>
    public string? Reason { get; }

    internal static KvmSupport Usable { get; } = new(reason: null);

    internal static KvmSupport Unusable(string reason) => new(reason);
}
