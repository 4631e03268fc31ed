namespace QemuTest.Qmp;

/// <summary>A QAPI enum: a string with known values, which a newer QEMU may add to.</summary>
/// <typeparam name="TSelf">The enum itself.</typeparam>
public interface IQapiEnumeration<TSelf>
    where TSelf : struct, IQapiEnumeration<TSelf>
{
    /// <summary>All values that the schema had, in its order, which is that of QEMU's C constants from 0 on.</summary>
    static abstract IReadOnlyList<TSelf> Known { get; }

    /// <summary>The value as it is on the wire.</summary>
    string Value { get; }

    /// <summary>The value of that name, known or not.</summary>
    /// <param name="value">The name on the wire.</param>
    static abstract TSelf Named(string value);
}
