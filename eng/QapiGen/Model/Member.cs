using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>A named part of a definition: a member, an enum value, a branch or a feature.</summary>
/// <param name="name">The name.</param>
/// <param name="origin">The definition, or null for a built-in one.</param>
/// <param name="owner">The type; for a feature of a member, the member.</param>
/// <param name="condition">The <c>if</c>.</param>
internal abstract class Named(string name, Origin? origin, string owner, Condition? condition)
{
    public string Name { get; } = name;

    public Origin? Origin { get; } = origin;

    public string Owner { get; } = owner;

    public Condition? If { get; } = condition;

    /// <summary>Gets the kind of the part for messages and documentation.</summary>
    public abstract string Role { get; }

    /// <summary>Gets the name with its role, and with its owner if that is another definition.</summary>
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

/// <summary>A part with an <c>@name:</c> section in the documentation. It can have features.</summary>
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

/// <summary>A member of a struct, a common member of a union, or an argument.</summary>
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

    /// <summary>Gets whether the branch is not in the schema and so has no members.</summary>
    public bool IsImplied { get; } = isImplied;
}
