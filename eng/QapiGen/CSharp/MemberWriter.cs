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
    public void Properties(IEnumerable<Member> members, DocComment? doc, Scope scope, Scope? hidden = null)
    {
        foreach (Member member in members)
            Property(member, doc, scope.Take(Identifiers.Pascal(member.Name)), hidden);
    }

    public void Property(Member member, DocComment? doc, string name, Scope? hidden)
    {
        Head(member, doc);
        string type = types.Reference(member.Type, hidden);
        // A QEMU built without the condition does not have the member, so it cannot be mandatory.
        bool mayBeAbsent = member.Optional || member.If is not null;
        // An optional value can be null itself, which is not the same as absent.
        if (mayBeAbsent && type == "JsonElement")
            code.Line("[JsonConverter(typeof(QapiAnyConverter))]");
        code.Line(mayBeAbsent
            ? $"public {type}? {name} {{ get; init; }}"
            : $"public required {type} {name} {{ get; init; }}");
        code.Gap();
    }

    /// <summary>Writes the documentation and the attributes of a property.</summary>
    public void Head(Member member, DocComment? doc)
    {
        Summary(Describe(member, doc));
        Attributes(member.Features, member.If);
        code.Line($"[JsonPropertyName(\"{member.Name}\")]");
    }

    public static string Describe(Named member, DocComment? doc) =>
        DocText.Plain(doc?.Find(DocKind.Member, member.Name)?.Text) ?? $"QAPI {member.Role} <c>{member.Name}</c>.";

    public static string Describe(Entity entity, string what) =>
        DocText.Plain(entity.Doc?.Sections[0].Text) ?? $"QAPI {what} <c>{entity.Name}</c>.";

    public void UnknownMembers()
    {
        Summary("Gets or sets the members that are not in the schema. They are written back.");
        code.Line("[JsonExtensionData]");
        code.Line($"public IDictionary<string, JsonElement>? {Scope.UnknownMembers} {{ get; set; }}");
        code.Gap();
    }
}
