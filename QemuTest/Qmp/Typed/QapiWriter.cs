using System.ComponentModel;

namespace QemuTest.Qmp;

/// <summary>Takes the members of a generated record, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class QapiWriter
{
    private protected QapiWriter()
    {
    }

    /// <summary>Takes a member. Null means that there is none.</summary>
    /// <typeparam name="T">The type of the member.</typeparam>
    /// <param name="name">The member's name.</param>
    /// <param name="value">The value.</param>
    public abstract void Write<T>(string name, T? value)
        where T : class;

    /// <inheritdoc cref="Write"/>
    public abstract void WriteValue<T>(string name, T? value)
        where T : struct;
}
