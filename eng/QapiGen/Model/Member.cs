using QemuTest.QapiGen.Checks;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>Something named inside a definition: a member, an enum value, a branch, a feature.</summary>
/// <param name="name">Its name.</param>
/// <param name="origin">The definition it was written in; null for what is built in.</param>
/// <param name="owner">The type, or for the feature of a member the member, that it belongs to.</param>
/// <param name="condition">Its <c>if</c>.</param>
internal abstract class Named(string name, Origin? origin, string owner, Condition? condition)
{
    public string Name { get; } = name;

    public Origin? Origin { get; } = origin;

    public string Owner { get; } = owner;

    public Condition? If { get; } = condition;

    /// <summary>What messages and documentation call it.</summary>
    public abstract string Role { get; }

    /// <summary>The name with its role, and with its owner where that is not the definition in question.</summary>
    public string Describe(Origin within)
    {
        (string role, string meta, string owner) = (Role, "type", Owner);
        if (ImplicitName.OfArguments(owner) is string command)
            (role, meta, owner) = ("parameter", "command", command);
        else if (ImplicitName.OfBase(owner) is string union)
            (role, owner) = ("base " + role, union);
        return owner == within.Name ? $"{role} '{Name}'" : $"{role} '{Name}' of {meta} '{owner}'";
    }
}

internal sealed class Feature(string name, Origin? origin, string owner, Condition? condition)
    : Named(name, origin, owner, condition)
{
    public const string Deprecated = "deprecated";
    public const string Unstable = "unstable";

    public override string Role => "feature";

    public bool IsSpecial => Name is Deprecated or Unstable;

    public void ConnectDoc(DocComment doc) => doc.Describe(Origin!, DocKind.Feature, Role, Name, mayLack: false);
}

/// <summary>What a documentation comment describes by <c>@name:</c>; it may have features.</summary>
internal abstract class Documented(
    string name, Origin? origin, string owner, Condition? condition, IReadOnlyList<Feature> features)
    : Named(name, origin, owner, condition)
{
    public IReadOnlyList<Feature> Features { get; } = features;

    public void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        doc.Describe(Origin!, DocKind.Member, Role, Name, mayLack: pragmas.Documentation.Contains(doc.Symbol!));
        foreach (Feature feature in Features)
            feature.ConnectDoc(doc);
    }
}

internal sealed class EnumValue(
    string name, Origin? origin, string owner, Condition? condition, IReadOnlyList<Feature> features)
    : Documented(name, origin, owner, condition, features)
{
    public override string Role => "value";
}

/// <summary>A member of a struct or of the common part of a union, or an argument.</summary>
internal class Member(
    string name, Origin? origin, string owner, string typeName, bool optional, Condition? condition, IReadOnlyList<Feature> features)
    : Documented(name, origin, owner, condition, features)
{
    public override string Role => "member";

    public bool Optional { get; } = optional;

    public SchemaType Type { get; private set; } = null!;

    public void Check(Schema schema)
    {
        Type = schema.ResolveType(typeName, Origin, () => Describe(Origin!));
        NameClashes seen = new(Origin);
        foreach (Feature feature in Features)
            seen.Add(feature);
    }
}

/// <summary>A branch of a union or an alternate.</summary>
internal sealed class Branch(string name, Origin? origin, string owner, string typeName, Condition? condition, bool isImplied = false)
    : Member(name, origin, owner, typeName, false, condition, [])
{
    public override string Role => "branch";

    /// <summary>Whether the schema says nothing of the branch, so that it is empty.</summary>
    public bool IsImplied { get; } = isImplied;
}
