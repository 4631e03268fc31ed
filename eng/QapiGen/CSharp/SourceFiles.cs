namespace QemuTest.QapiGen.CSharp;

/// <summary>Generated files of one namespace.</summary>
/// <param name="nameSpace">The namespace.</param>
/// <param name="usings">The namespaces that the code needs.</param>
/// <param name="nearer">A namespace whose types win over those of <paramref name="usings"/>, or null for none.</param>
internal sealed class SourceFiles(string nameSpace, string[] usings, string? nearer = null)
{
    private static readonly string[] Framework =
    [
        "System", "System.Collections.Generic", "System.Diagnostics.CodeAnalysis", "System.Text.Json", "System.Text.Json.Serialization",
        "System.Threading", "System.Threading.Tasks",
    ];

    private readonly SortedDictionary<string, string> _texts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Texts => _texts;

    public void Add(string name, CodeWriter body)
    {
        if (body.IsEmpty)
            return;
        CodeWriter file = new();
        file.Line("#nullable enable");
        file.Line($"#pragma warning disable CS0612, CS0618, CS9042, {MemberWriter.UnstableId} // deprecated and unstable names are declared here, not used");
        file.Line("#pragma warning disable CS8618 // a JSON object can lack a mandatory member");
        file.Line();
        foreach (string one in Framework.Concat(usings))
            file.Line($"using {one};");
        file.Line();
        file.Line($"namespace {nameSpace};");
        file.Line();
        if (nearer is not null && !usings.Contains(nearer))
            file.Line($"using {nearer};").Line();
        _texts.Add(name, file.ToString() + body);
    }
}
