using System.Runtime.CompilerServices;
using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>A struct or a union. A union has branches, and its common members are in the base.</summary>
internal sealed class ObjectType(
    string name, Origin? origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    string? baseName, IReadOnlyList<Member> ownMembers, UnionBranches? branches)
    : SchemaType(name, origin, doc, condition, features)
{
    private bool _begun;
    private bool _complete;

    public override string Meta => Branches is null ? "struct" : "union";

    public override JsonKind Json => JsonKind.Object;

    public ObjectType? Base { get; private set; }

    public IReadOnlyList<Member> OwnMembers { get; } = ownMembers;

    public UnionBranches? Branches { get; } = branches;

    /// <summary>Gets the members of the base, then those of the type.</summary>
    public IReadOnlyList<Member> Members { get; private set; } = [];

    /// <summary>Gets whether the type has no name in the schema.</summary>
    public bool IsImplicit => Name.StartsWith("q_", StringComparison.Ordinal);

    public bool HasConditionalMembers => Members.Any(member => member.If is not null);

    /// <summary>Checks the contained types first, so that a type that contains itself is found.</summary>
    public override void Check(Schema schema)
    {
        if (_complete)
            return;
        if (_begun)
            throw new SchemaException(Origin!, $"object {Name} contains itself");
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new SchemaException(Origin!, $"object {Name} contains too long a chain of types");
        _begun = true;
        base.Check(schema);

        NameClashes seen = new(Origin);
        if (baseName is not null)
        {
            SchemaType type = schema.ResolveType(baseName, Origin, () => "'base'");
            Base = type is ObjectType { Branches: null } found
                ? found
                : throw new SchemaException(Origin!, $"'base' requires a struct type, {type.Describe()} isn't");
            Base.Check(schema);
            Base.AddNames(seen);
        }

        foreach (Member member in OwnMembers)
        {
            member.Check(schema);
            seen.Add(member);
        }

        Member[] members = [.. seen.Seen.Cast<Member>()];
        if (Branches is not null)
        {
            Branches.Check(schema, seen);
            Branches.AddNames(seen);
        }

        Members = members;
        _complete = true;
    }

    /// <summary>Adds the names of all possible members of a value.</summary>
    public void AddNames(NameClashes seen)
    {
        foreach (Member member in Members)
            seen.Add(member);
        Branches?.AddNames(seen);
    }

    public override void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        base.ConnectDoc(doc, pragmas);
        if (Base is { IsImplicit: true })
            Base.ConnectDoc(doc, pragmas);
        foreach (Member member in OwnMembers)
            member.ConnectDoc(doc, pragmas);
    }
}
