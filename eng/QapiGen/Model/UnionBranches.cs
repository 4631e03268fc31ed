using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>The branches of a union and the member that selects one.</summary>
internal sealed class UnionBranches(Origin origin, string tagName, IEnumerable<Branch> written)
{
    private readonly List<Branch> _branches = [.. written];

    public Member Tag { get; private set; } = null!;

    /// <summary>Gets one branch for each value of the tag, those in the schema first, in schema order.</summary>
    public IReadOnlyList<Branch> All => _branches;

    public void Check(Schema schema, NameClashes common)
    {
        Tag = common.Find(tagName) is Member found && found.Name == tagName
            ? found
            : throw Error($"discriminator '{tagName}' is not a member of 'base'");
        EnumType tagType = CheckTag(schema);
        HashSet<string> covered = [.. _branches.Select(branch => branch.Name)];
        _branches.AddRange(tagType.Values
            .Where(value => !covered.Contains(value.Name))
            .Select(value => new Branch(value.Name, origin, Tag.Owner, ImplicitName.Empty, value.If, isImplied: true)));
        if (_branches.Count == 0)
            throw Error("union has no branches");
        foreach (Branch branch in _branches)
        {
            branch.Check(schema);
            if (tagType.Values.All(value => value.Name != branch.Name))
                throw Error($"branch '{branch.Name}' is not a value of {tagType.Describe()}");
            if (branch.Type is not ObjectType type)
                throw Error($"{branch.Describe(origin)} cannot use {branch.Type.Describe()}");
            type.Check(schema);
        }
    }

    public void AddNames(NameClashes common)
    {
        foreach (Branch branch in _branches)
            ((ObjectType)branch.Type).AddNames(common.Fork());
    }

    private EnumType CheckTag(Schema schema)
    {
        string owner = schema.FindType(Tag.Owner) is ObjectType { IsImplicit: true } ? "'base'" : $"base type '{Tag.Owner}'";
        string what = $"discriminator member '{tagName}' of {owner}";
        if (Tag.Type is not EnumType type)
            throw Error($"{what} must be of enum type");
        if (Tag.Optional)
            throw Error($"{what} must not be optional");
        return Tag.If is null ? type : throw Error($"{what} must not be conditional");
    }

    private SchemaException Error(string problem) => new(origin, problem);
}
