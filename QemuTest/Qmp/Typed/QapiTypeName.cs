namespace QemuTest.Qmp;

/// <summary>The names of generated types in messages.</summary>
internal static class QapiTypeName
{
    /// <summary>Gets the name of a type. A branch has that of its union before it.</summary>
    public static string Of(Type type) => type.DeclaringType is { } union ? $"{Of(union)}.{type.Name}" : type.Name;
}
