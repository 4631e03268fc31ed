using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>The files of a schema. The name of a file is its path relative to the folder of the root file.</summary>
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

    /// <summary>Gets the names: the root first, then the others in the order of their first inclusion.</summary>
    public IReadOnlyList<string> Names => _names;

    public string NameOf(SourceFile file) => Path.GetRelativePath(_folder, file.FullPath);

    /// <summary>Gets the module of an entity: the file of its definition; for an array, the file of its element type.</summary>
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
