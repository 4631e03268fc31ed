using QemuTest.QapiGen.Checks;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes what declarations have in common: documentation, attributes, properties.</summary>
internal sealed class MemberWriter(CodeWriter code, CSharpTypes types)
{
    /// <summary>The id under which the compiler reports the use of something unstable.</summary>
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

    /// <summary>Features and the condition, which stay visible as metadata.</summary>
    /// <param name="features">The features.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="experimental">Whether an unstable thing is also reported where it is used. The JSON source
    /// generator uses every property and type, so that only commands and enum values can be.</param>
    public void Attributes(IEnumerable<Feature> features, Condition? condition, bool experimental = false)
    {
        foreach (Feature feature in features)
        {
            string on = feature.If is null ? "" : $", Condition = \"{feature.If}\"";
            code.Line($"[QapiFeature(\"{feature.Name}\"{on})]");
            if (feature.Name == Feature.Deprecated)
                code.Line("[Obsolete(\"QEMU has deprecated this and may withdraw it.\")]");
            else if (feature.Name == Feature.Unstable && experimental)
                code.Line($"[Experimental(\"{UnstableId}\")]");
        }

        if (condition is not null)
            code.Line($"[QapiCondition(\"{condition}\")]");
    }

    /// <summary>One property for every member; returns their names.</summary>
    public void Properties(IEnumerable<Member> members, DocComment? doc, Scope scope, Scope? hidden = null)
    {
        foreach (Member member in members)
            Property(member, doc, scope.Take(Identifiers.Pascal(member.Name)), hidden);
    }

    public void Property(Member member, DocComment? doc, string name, Scope? hidden)
    {
        Head(member, doc);
        string type = types.Reference(member.Type, hidden);
        // A binary that a condition does not hold for leaves the member out, so it cannot be asked for.
        bool mayBeAbsent = member.Optional || member.If is not null;
        // An optional value that may itself be null must not be mistaken for an absent one.
        if (mayBeAbsent && type == "JsonElement")
            code.Line("[JsonConverter(typeof(QapiAnyConverter))]");
        code.Line(mayBeAbsent
            ? $"public {type}? {name} {{ get; init; }}"
            : $"public required {type} {name} {{ get; init; }}");
        code.Gap();
    }

    /// <summary>Everything above a property that stands for a member.</summary>
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
        Summary("Members that the schema did not have when this was generated; they are kept and written back.");
        code.Line("[JsonExtensionData]");
        code.Line($"public IDictionary<string, JsonElement>? {Scope.UnknownMembers} {{ get; set; }}");
        code.Gap();
    }
}
