using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>The files of a schema, each named by its path from the root's folder.</summary>
internal sealed class ModuleList
{
    private readonly string _folder;
    private readonly List<string> _names = [];

    public ModuleList(SchemaSource source)
    {
        _folder = Path.GetDirectoryName(source.Root.FullPath)!;
        Add(source.Root);
        foreach (IncludeExpression include in source.Expressions.OfType<IncludeExpression>())
            Add(new SourceFile(include.Path, include.Location));
    }

    /// <summary>The root first, the others in the order in which they were first included.</summary>
    public IReadOnlyList<string> Names => _names;

    public string NameOf(SourceFile file) => Path.GetRelativePath(_folder, file.FullPath);

    /// <summary>The module that an entity is written to: where it is defined, and for an array where its elements are.</summary>
    public string? NameOf(Entity entity) => entity switch
    {
        ArrayType array => NameOf(array.Element),
        { Origin: Origin origin } => NameOf(origin.Location.File),
        _ => null,
    };

    private void Add(SourceFile file)
    {
        string name = NameOf(file);
        if (!_names.Contains(name))
            _names.Add(name);
    }
}
