using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>A complete, checked schema.</summary>
internal sealed class Schema
{
    /// <summary>The maximum number of features: QEMU keeps them in one 64-bit word.</summary>
    private const int MaxFeatures = 64;

    private readonly List<Entity> _entities = [];
    private readonly Dictionary<string, Entity> _byName = [];
    private readonly Dictionary<string, Feature> _features = [];

    private Schema(SchemaSource source)
    {
        Root = source.Root;
        Docs = source.Docs;
        Pragmas = source.Pragmas;
        Modules = new ModuleList(source);
    }

    public SourceFile Root { get; }

    public IReadOnlyList<DocComment> Docs { get; }

    public Pragmas Pragmas { get; }

    public ModuleList Modules { get; }

    /// <summary>Gets all entities: built-in ones first, and an implied type before the definition that implies it.</summary>
    public IReadOnlyList<Entity> Entities => _entities;

    /// <summary>Reads and checks a schema.</summary>
    /// <exception cref="SchemaException">The schema has an error. Only the first one is reported.</exception>
    public static Schema Load(string path)
    {
        SchemaSource source = SchemaReader.Read(path, DocRules.For(path));
        DeclarationReader reader = new(source.Pragmas);
        Declaration[] declarations = [.. source.Expressions.OfType<DefinitionExpression>().Select(reader.Read)];
        Schema schema = new(source);
        new SchemaBuilder(schema).Build(declarations);
        schema.Check();
        return schema;
    }

    public SchemaType? FindType(string name) => _byName.GetValueOrDefault(name) as SchemaType;

    public SchemaType ResolveType(string name, Origin? origin, Func<string> what) =>
        FindType(name) ?? throw new SchemaException(origin!, $"{what()} uses unknown type '{name}'");

    public bool IsDefined(string name) => _byName.ContainsKey(name);

    public void Add(Entity entity)
    {
        if (_byName.TryGetValue(entity.Name, out Entity? other))
            throw new SchemaException(entity.Origin!, other.Origin is null
                ? $"{other.Describe()} is already defined"
                : $"'{entity.Name}' is already defined (previous definition at {other.Origin.Location})");
        _byName.Add(entity.Name, entity);
        _entities.Add(entity);
    }

    public void Note(Feature feature) => _features.TryAdd(feature.Name, feature);

    private void Check()
    {
        foreach (Entity entity in _entities)
        {
            entity.Check(this);
            if (entity.Doc is DocComment doc)
                entity.ConnectDoc(doc, Pragmas);
        }

        foreach (DocComment doc in Docs)
            doc.CheckAllDescribed();
        if (_features.Count > MaxFeatures)
            throw new SchemaException(_features.Values.ElementAt(MaxFeatures).Origin!,
                $"Maximum of {MaxFeatures} schema features is permitted");
    }
}
