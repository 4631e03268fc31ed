namespace QemuTest.QapiGen;

/// <summary>The place of generated code.</summary>
/// <param name="Folder">The output folder. It is created if it does not exist.</param>
/// <param name="Namespace">The C# namespace.</param>
public sealed record GeneratedCode(string Folder, string Namespace);
