using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>Reads the parts of definitions: members, enum values, branches, features, references to types.</summary>
internal sealed class MemberReader(Origin definition, Pragmas pragmas)
{
    private readonly ConditionReader _conditions = new(definition);

    public Condition? ReadIf(ObjectValue owner, string source) => _conditions.Read(owner, source);

    /// <summary>Reads inline members. <paramref name="parent"/> is the type for the pragmas.</summary>
    public List<MemberDeclaration> ReadMembers(SchemaValue value, string source, string? parent)
    {
        if (value is not ObjectValue members)
            throw Error($"{source} should be an object or type name");
        bool permissive = parent is not null && pragmas.MemberNames.Contains(parent);
        return [.. members.Members.Select(member => ReadMember(member.Key, LongForm(member.Value, "type"), source, permissive))];
    }

    /// <summary>Reads a type name or inline members.</summary>
    public DataDeclaration ReadData(SchemaValue value, string source, string? parent) =>
        value is StringValue name
            ? new DataDeclaration(name.Text, [])
            : new DataDeclaration(null, ReadMembers(value, source, parent));

    private MemberDeclaration ReadMember(string key, ObjectValue value, string owner, bool permissive)
    {
        string source = $"{owner} member '{key}'";
        bool optional = key.StartsWith('*');
        string name = optional ? key[1..] : key;
        Names.CheckLower(definition, name, source, permissive);
        string inC = Names.InC(name);
        if (inC == "u" || inC.StartsWith("has_", StringComparison.Ordinal))
            throw Error($"{source} uses reserved name");
        Keys.Check(definition, value, source, ["type"], ["if", "features"]);
        Condition? condition = ReadIf(value, source);
        List<FeatureDeclaration> features = ReadFeatures(value);
        return new MemberDeclaration(name, optional, ReadTypeOrArray(value["type"]!, source), condition, features);
    }

    public List<ValueDeclaration> ReadValues(ArrayValue values, string parent)
    {
        bool permissive = pragmas.MemberNames.Contains(parent);
        List<ValueDeclaration> result = [];
        foreach (SchemaValue item in values.Items)
        {
            ObjectValue value = LongForm(item, "name");
            Keys.Check(definition, value, "'data' member", ["name"], ["if", "features"]);
            string name = ReadName(value["name"]!, "'data' member");
            string source = $"'data' member '{name}'";
            // An enum value can start with a digit. With a letter in front, it must be a valid name.
            string checkedName = name.Length > 0 && char.IsAsciiDigit(name[0]) ? "d" + name : name;
            Names.CheckLower(definition, checkedName, source, permissive);
            Condition? condition = ReadIf(value, source);
            result.Add(new ValueDeclaration(name, condition, ReadFeatures(value)));
        }

        return result;
    }

    /// <summary>Reads the branches of a union (type names) or of an alternate (type names or arrays).</summary>
    public List<BranchDeclaration> ReadBranches(SchemaValue value, bool alternate)
    {
        if (value is not ObjectValue branches)
            throw Error("'data' must be an object");
        List<BranchDeclaration> result = [];
        foreach ((string name, SchemaValue item) in branches.Members)
        {
            string source = $"'data' member '{name}'";
            ObjectValue branch = LongForm(item, "type");
            if (alternate)
                Names.CheckLower(definition, name, source);
            Keys.Check(definition, branch, source, ["type"], ["if"]);
            Condition? condition = ReadIf(branch, source);
            SchemaValue type = branch["type"]!;
            result.Add(new BranchDeclaration(
                name, alternate ? ReadTypeOrArray(type, source) : new(ReadTypeName(type, source), false), condition));
        }

        return result;
    }

    public List<FeatureDeclaration> ReadFeatures(ObjectValue owner)
    {
        if (owner["features"] is not SchemaValue value)
            return [];
        if (value is not ArrayValue features)
            throw Error("'features' must be an array");
        List<FeatureDeclaration> result = [];
        foreach (SchemaValue item in features.Items)
        {
            ObjectValue feature = LongForm(item, "name");
            Keys.Check(definition, feature, "'features' member", ["name"], ["if"]);
            string name = ReadName(feature["name"]!, "'features' member");
            string source = $"'features' member '{name}'";
            Names.CheckLower(definition, name, source);
            result.Add(new FeatureDeclaration(name, ReadIf(feature, source)));
        }

        return result;
    }

    public string ReadName(SchemaValue value, string source) =>
        (value as StringValue)?.Text ?? throw Error($"{source} requires a string name");

    public string ReadTypeName(SchemaValue value, string source) =>
        (value as StringValue)?.Text ?? throw Error($"{source} should be a type name");

    public TypeReference ReadTypeOrArray(SchemaValue value, string source) => value switch
    {
        StringValue name => new TypeReference(name.Text, false),
        ArrayValue { Items: [StringValue element] } => new TypeReference(element.Text, true),
        ArrayValue => throw Error($"{source}: array type must contain single type name"),
        _ => throw Error($"{source} should be a type name or array"),
    };

    /// <summary>Expands the short form: the type of a member, or the name of a value or feature.</summary>
    private static ObjectValue LongForm(SchemaValue value, string key) =>
        value as ObjectValue ?? new ObjectValue([new(key, value)]);

    private SchemaException Error(string problem) => new(definition, problem);
}
