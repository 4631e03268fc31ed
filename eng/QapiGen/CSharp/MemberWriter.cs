using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes the common parts of declarations: documentation, attributes, properties.</summary>
internal sealed class MemberWriter(CodeWriter code, CSharpTypes types)
{
    /// <summary>The diagnostic id for the use of unstable names.</summary>
    public const string UnstableId = "QAPI_UNSTABLE";

    public void Summary(string text)
    {
        foreach (string line in DocText.Element("<summary>", "</summary>", text))
            code.Line(line);
    }

    public void Parameter(string name, string text)
    {
        foreach (string line in DocText.Element($"<param name=\"{name}\">", "</param>", text))
            code.Line(line);
    }

    /// <summary>Writes the features and the condition as attributes.</summary>
    /// <param name="features">The features.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="experimental">Whether the compiler reports the use of an unstable name. The JSON source generator
    /// uses every property and type, so only commands and enum values can have this.</param>
    public void Attributes(IEnumerable<Feature> features, Condition? condition, bool experimental = false)
    {
        foreach (Feature feature in features)
        {
            string on = feature.If is null ? "" : $", Condition = \"{feature.If}\"";
            code.Line($"[QapiFeature(\"{feature.Name}\"{on})]");
            if (feature.Name == Feature.Deprecated)
                code.Line("[Obsolete(\"QEMU has deprecated this and may remove it.\")]");
            else if (feature.Name == Feature.Unstable && experimental)
                code.Line($"[Experimental(\"{UnstableId}\")]");
        }

        if (condition is not null)
            code.Line($"[QapiCondition(\"{condition}\")]");
    }

    /// <summary>Writes one property for each member.</summary>
    public Property[] Properties(IEnumerable<Member> members, DocComment? doc, Scope scope, Scope? hidden = null)
    {
        Property[] properties = [.. members.Select(member => Declare(member, scope.Take(Identifiers.Pascal(member.Name)), hidden))];
        foreach (Property property in properties)
            Write(property, doc);
        return properties;
    }

    public Property Declare(Member member, string name, Scope? hidden) =>
        new(member, name, types.Reference(member.Type, hidden), CSharpTypes.IsValue(member.Type));

    /// <summary>Writes a property. A mandatory one has a field, because the JSON can lack it.</summary>
    public void Write(Property property, DocComment? doc)
    {
        Head(property.Member, doc);
        if (property.IsOptional)
        {
            code.Line($"public {property.Type}? {property.Name} {{ get; init; }}");
            code.Gap();
            return;
        }

        code.Line($"public required {property.Type} {property.Name}");
        code.Open();
        code.Line($"get => {property.Field} ?? throw Missing(\"{property.Member.Name}\");");
        code.Line($"init => {property.Field} = value;");
        code.Close();
        code.Gap();
        code.Line($"private readonly {property.Type}? {property.Field};");
        code.Gap();
    }

    /// <summary>Writes the documentation and the attributes of a property.</summary>
    public void Head(Member member, DocComment? doc)
    {
        Summary(Describe(member, doc));
        Attributes(member.Features, member.If);
        code.Line($"[QapiMember(\"{member.Name}\")]");
    }

    /// <summary>Writes the constructor for programs.</summary>
    /// <param name="name">The name of the record.</param>
    /// <param name="baseArguments">The arguments of the base record's constructor.</param>
    public void Constructor(string name, string baseArguments = "")
    {
        Summary("Creates a value with the members that the program sets.");
        code.Line($"public {name}()");
        if (baseArguments.Length > 0)
            code.Indented(() => code.Line($": base({baseArguments})"));
        Body([]);
    }

    /// <summary>Writes the constructor that reads the members from JSON.</summary>
    public void ReadingConstructor(string name, IEnumerable<Property> properties)
    {
        // All members are set, as far as the JSON has them.
        code.Line("[SetsRequiredMembers]");
        code.Line($"private {name}(QapiReader reader)");
        code.Indented(() => code.Line(": base(reader)"));
        Body(properties.Select(property => $"{property.Storage} = reader.{property.ReadMethod}<{property.Type}>(\"{property.Member.Name}\");"));
    }

    /// <summary>Writes the method that writes the members.</summary>
    /// <param name="properties">The properties of the record itself.</param>
    /// <param name="baseWrites">Whether the base record has members.</param>
    public void WritingMethod(IEnumerable<Property> properties, bool baseWrites = false)
    {
        string[] own = [.. properties.Select(property => $"writer.{property.WriteMethod}<{property.Type}>(\"{property.Member.Name}\", {property.Storage});")];
        if (baseWrites && own.Length == 0)
            return;
        code.Line("/// <inheritdoc/>");
        code.Line("protected override void WriteMembers(QapiWriter writer)");
        Body(baseWrites ? ["base.WriteMembers(writer);", .. own] : own);
    }

    /// <summary>Writes the method that the JSON converter calls.</summary>
    public void Reader(string type)
    {
        code.Line($"static {type} IQapiObject<{type}>.Read(QapiReader reader) => new(reader{(types.IsStrict ? ".Strict()" : "")});");
        code.Gap();
    }

    public static string Converter(string type) => $"[JsonConverter(typeof(QapiObjectConverter<{type}>))]";

    private void Body(IEnumerable<string> lines)
    {
        code.Open();
        foreach (string line in lines)
            code.Line(line);
        code.Close();
        code.Gap();
    }

    public static string Describe(Named member, DocComment? doc) =>
        DocText.Plain(doc?.Find(DocKind.Member, member.Name)?.Text) ?? $"QAPI {member.Role} <c>{member.Name}</c>.";

    public static string Describe(Entity entity, string what) =>
        DocText.Plain(entity.Doc?.Sections[0].Text) ?? $"QAPI {what} <c>{entity.Name}</c>.";
}
