using System.ComponentModel;

namespace QemuTest.Qmp;

/// <summary>Creates a generated record from JSON, for generated code.</summary>
/// <typeparam name="TSelf">The record.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IQapiObject<TSelf>
    where TSelf : QapiObject, IQapiObject<TSelf>
{
    /// <summary>Creates the record.</summary>
    /// <param name="reader">The JSON object.</param>
    static abstract TSelf Read(QapiReader reader);
}
