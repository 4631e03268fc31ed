using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>Checks every definition against the grammar, in the order of the schema.</summary>
internal sealed class DeclarationReader(Pragmas pragmas)
{
    private static readonly string[] Metas = ["enum", "struct", "union", "alternate", "command", "event"];

    public Declaration Read(DefinitionExpression expression)
    {
        (SourceLocation location, ObjectValue value, DocComment? doc) = expression;
        string[] metas = [.. Metas.Where(value.Has)];
        if (metas is not [string meta])
            throw new SchemaException(location, "expression must have exactly one key "
                + "'enum', 'struct', 'union', 'alternate', 'command', 'event'");
        if (value[meta] is not StringValue { Text: string name })
            throw new SchemaException(location, $"'{meta}' requires a string name");
        Origin definition = new(location, meta, name);
        Names.CheckDefinition(definition, pragmas);
        CheckDoc(definition, value, doc);

        MemberReader members = new(definition, pragmas);
        Declaration declaration = meta switch
        {
            "enum" => ReadEnum(definition, value, doc, members),
            "struct" => ReadStruct(definition, value, doc, members),
            "union" => ReadUnion(definition, value, doc, members),
            "alternate" => ReadAlternate(definition, value, doc, members),
            "command" => ReadCommand(definition, value, doc, members),
            _ => ReadEvent(definition, value, doc, members),
        };
        Condition? condition = members.ReadIf(value, meta);
        IReadOnlyList<FeatureDeclaration> features = members.ReadFeatures(value);
        CheckFlags(definition, value);
        return declaration with { If = condition, Features = features };
    }

    private void CheckDoc(Origin definition, ObjectValue value, DocComment? doc)
    {
        if (doc is null)
        {
            if (pragmas.DocRequired)
                throw new SchemaException(definition, "documentation comment required");
            return;
        }

        if (doc.Symbol != definition.Name)
            throw new SchemaException(definition, $"documentation comment is for '{doc.Symbol}'");
        bool command = definition.Meta == "command";
        if (doc.Find(DocKind.Returns) is DocSection returns && (!command || !value.Has("returns")))
            throw new SchemaException(returns.Location, command
                ? "'Returns' section, but command doesn't return anything"
                : "'Returns' section is only valid for commands");
        if (doc.Find(DocKind.Errors) is DocSection errors && !command)
            throw new SchemaException(errors.Location, "'Errors' section is only valid for commands");
    }

    private static EnumDeclaration ReadEnum(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "enum", ["enum", "data"], ["if", "features", "prefix"]);
        if (value["data"] is not ArrayValue values)
            throw new SchemaException(definition, "'data' must be an array");
        string? prefix = value["prefix"] switch
        {
            null => null,
            StringValue text => text.Text,
            _ => throw new SchemaException(definition, "'prefix' must be a string"),
        };
        return new EnumDeclaration(definition, doc, prefix, members.ReadValues(values, definition.Name));
    }

    private static StructDeclaration ReadStruct(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "struct", ["struct", "data"], ["base", "if", "features"]);
        List<MemberDeclaration> own = members.ReadMembers(value["data"]!, "'data'", definition.Name);
        string? baseName = value["base"] is SchemaValue type ? members.ReadTypeName(type, "'base'") : null;
        return new StructDeclaration(definition, doc, baseName, own);
    }

    private static UnionDeclaration ReadUnion(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "union", ["union", "base", "discriminator", "data"], ["if", "features"]);
        DataDeclaration common = members.ReadData(value["base"]!, "'base'", definition.Name);
        string discriminator = members.ReadName(value["discriminator"]!, "'discriminator'");
        return new UnionDeclaration(
            definition, doc, common, discriminator, members.ReadBranches(value["data"]!, alternate: false));
    }

    private static AlternateDeclaration ReadAlternate(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "alternate", ["alternate", "data"], ["if", "features"]);
        if (!value["data"]!.IsTruthy)
            throw new SchemaException(definition, "'data' must not be empty");
        return new AlternateDeclaration(definition, doc, members.ReadBranches(value["data"]!, alternate: true));
    }

    private static CommandDeclaration ReadCommand(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "command", ["command"],
            ["data", "returns", "boxed", "if", "features", "gen", "success-response", "allow-oob", "allow-preconfig", "coroutine"]);
        DataDeclaration? data = ReadArguments(definition, value, members);
        TypeReference? returns = value["returns"] is SchemaValue type ? members.ReadTypeOrArray(type, "'returns'") : null;
        return new CommandDeclaration(definition, doc, data, returns, new CommandFlags
        {
            Boxed = value.Has("boxed"),
            Generated = !value.Has("gen"),
            SuccessResponse = !value.Has("success-response"),
            AllowOob = value.Has("allow-oob"),
            AllowPreconfig = value.Has("allow-preconfig"),
            Coroutine = value.Has("coroutine"),
        });
    }

    private static EventDeclaration ReadEvent(Origin definition, ObjectValue value, DocComment? doc, MemberReader members)
    {
        Keys.Check(definition, value, "event", ["event"], ["data", "boxed", "if", "features"]);
        return new EventDeclaration(definition, doc, ReadArguments(definition, value, members), value.Has("boxed"));
    }

    private static DataDeclaration? ReadArguments(Origin definition, ObjectValue value, MemberReader members)
    {
        SchemaValue? data = value["data"];
        if (value["boxed"]?.IsTruthy != true)
            return data is null ? null : members.ReadData(data, "'data'", null);
        if (data is null)
            throw new SchemaException(definition, "'boxed': true requires 'data'");
        return new DataDeclaration(members.ReadTypeName(data, "'data'"), []);
    }

    /// <summary>Checks the values of flags. A flag with its default value is an error.</summary>
    private static void CheckFlags(Origin definition, ObjectValue value)
    {
        Check(false, "gen", "success-response");
        Check(true, "boxed", "allow-oob", "allow-preconfig", "coroutine");
        if (value.Has("allow-oob") && value.Has("coroutine"))
            throw new SchemaException(definition, "flags 'allow-oob' and 'coroutine' are incompatible");

        void Check(bool allowed, params string[] flags)
        {
            foreach (string flag in flags)
            {
                if (value[flag] is SchemaValue said && said != new BoolValue(allowed))
                    throw new SchemaException(definition, $"flag '{flag}' may only use {(allowed ? "true" : "false")} value");
            }
        }
    }
}
