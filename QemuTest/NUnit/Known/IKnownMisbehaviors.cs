namespace QemuTest.NUnit;

/// <summary>A catalog of known misbehaviors of QEMU. <see cref="KnownMisbehaviorsAttribute{TCatalog}"/> applies it to tests.</summary>
public interface IKnownMisbehaviors
{
    /// <summary>Gets the entries.</summary>
    static abstract IReadOnlyList<KnownMisbehavior> All { get; }
}
