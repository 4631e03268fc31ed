using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>Converts declarations to entities and adds the implied types.</summary>
internal sealed class SchemaBuilder(Schema schema)
{
    private static readonly (string Name, JsonKind Json)[] Builtins =
    [
        ("str", JsonKind.String), ("number", JsonKind.Number), ("int", JsonKind.Int),
        ("int8", JsonKind.Int), ("int16", JsonKind.Int), ("int32", JsonKind.Int), ("int64", JsonKind.Int),
        ("uint8", JsonKind.Int), ("uint16", JsonKind.Int), ("uint32", JsonKind.Int), ("uint64", JsonKind.Int),
        ("size", JsonKind.Int), ("bool", JsonKind.Boolean), ("any", JsonKind.Any), ("null", JsonKind.Null),
    ];

    public void Build(IEnumerable<Declaration> declarations)
    {
        AddBuiltins();
        foreach (Declaration declaration in declarations)
            Add(declaration);
    }

    private void AddBuiltins()
    {
        schema.Note(new Feature(Feature.Deprecated, null, "", null));
        schema.Note(new Feature(Feature.Unstable, null, "", null));
        foreach ((string name, JsonKind json) in Builtins)
        {
            schema.Add(new BuiltinType(name, json));
            schema.Add(new ArrayType(name, null));
        }

        schema.Add(new ObjectType(ImplicitName.Empty, null, null, null, [], null, [], null));
        string[] kinds = ["none", "qnull", "qnum", "qstring", "qdict", "qlist", "qbool"];
        schema.Add(new EnumType("QType", null, null, null, [], null,
            [.. kinds.Select(kind => new EnumValue(kind, null, "QType", null, []))]));
    }

    private void Add(Declaration declaration)
    {
        Origin origin = declaration.Origin;
        string name = origin.Name;
        IReadOnlyList<Feature> features = Features(declaration.Features, origin, name);
        (DocComment? doc, Condition? condition) = (declaration.Doc, declaration.If);
        schema.Add(declaration switch
        {
            EnumDeclaration d => new EnumType(name, origin, doc, condition, features, d.Prefix,
                [.. d.Values.Select(v => new EnumValue(v.Name, origin, name, v.If, Features(v.Features, origin, v.Name)))]),
            StructDeclaration d => new ObjectType(name, origin, doc, condition, features, d.Base, Members(d.Members, origin, name), null),
            UnionDeclaration d => new ObjectType(name, origin, doc, condition, features,
                Data(d.Base, origin, condition, ImplicitName.ForBase(name)), [],
                new UnionBranches(origin, d.Discriminator, Branches(d.Branches, origin))),
            AlternateDeclaration d => new AlternateType(name, origin, doc, condition, features, Branches(d.Branches, origin)),
            CommandDeclaration d => new Command(name, origin, doc, condition, features,
                Data(d.Data, origin, condition, ImplicitName.ForArguments(name)), Type(d.Returns, origin), d.Flags),
            EventDeclaration d => new Event(name, origin, doc, condition, features,
                Data(d.Data, origin, condition, ImplicitName.ForArguments(name)), d.Boxed),
            _ => throw new ArgumentOutOfRangeException(nameof(declaration), declaration.GetType().Name),
        });
    }

    /// <summary>Gets the name of the type of the data. Inline members become an implicit type.</summary>
    private string? Data(DataDeclaration? data, Origin origin, Condition? condition, string implicitName)
    {
        if (data is null || data.TypeName is not null || data.Members.Count == 0)
            return data?.TypeName;
        // A second definition with the same name is an error later, at its own location.
        if (!schema.IsDefined(implicitName))
            schema.Add(new ObjectType(implicitName, origin, null, condition, [], null, Members(data.Members, origin, implicitName), null));
        return implicitName;
    }

    private Member[] Members(IEnumerable<MemberDeclaration> members, Origin origin, string owner) =>
        [.. members.Select(m => new Member(
            m.Name, origin, owner, Type(m.Type, origin)!, m.Optional, m.If, Features(m.Features, origin, m.Name)))];

    private Branch[] Branches(IEnumerable<BranchDeclaration> branches, Origin origin) =>
        [.. branches.Select(b => new Branch(b.Name, origin, origin.Name, Type(b.Type, origin)!, b.If))];

    private string? Type(TypeReference? reference, Origin origin)
    {
        if (reference is not { IsArray: true })
            return reference?.Name;
        string name = ArrayType.NameOf(reference.Name);
        if (schema.FindType(name) is null)
            schema.Add(new ArrayType(reference.Name, origin));
        return name;
    }

    private Feature[] Features(IEnumerable<FeatureDeclaration> features, Origin origin, string owner)
    {
        Feature[] result = [.. features.Select(f => new Feature(f.Name, origin, owner, f.If))];
        foreach (Feature feature in result)
            schema.Note(feature);
        return result;
    }
}
