namespace QemuTest.Qmp;

/// <summary>A QAPI enum: a string with known values. A newer QEMU may have more values.</summary>
/// <typeparam name="TSelf">The enum.</typeparam>
public interface IQapiEnumeration<TSelf>
    where TSelf : struct, IQapiEnumeration<TSelf>
{
    /// <summary>Gets all values in the schema, in schema order. QEMU's C constants have the same order, from 0.</summary>
    static abstract IReadOnlyList<TSelf> Known { get; }

    /// <summary>Gets the value in JSON.</summary>
    string Value { get; }

    /// <summary>Gets the value with a name, known or not.</summary>
    /// <param name="value">The name in JSON.</param>
    static abstract TSelf Named(string value);
}
