using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes a union: an abstract record with one sealed record for each branch, and one for unknown branches.</summary>
internal sealed class UnionWriter(CodeWriter code, CSharpTypes types, JsonRegistry json)
{
    private const string UnknownBranch = "UnknownBranch";

    private readonly MemberWriter _members = new(code, types);

    public void Write(ObjectType union)
    {
        string name = types.NameOf(union);
        json.Add(name, CSharpTypes.JsonName(name));
        _members.Summary(MemberWriter.Describe(union, "union"));
        _members.Attributes(union.Features, union.If);
        code.Line($"[JsonConverter(typeof({name}.Converter))]");
        code.Line($"public abstract record {name}");
        code.Open();
        Body(union, name, name, new Scope([.. Scope.OfRecord, UnknownBranch, name]));
        _members.UnknownMembers();
        code.Close();
        code.Gap();
    }

    /// <summary>Writes the members of a union. A branch can itself be a union.</summary>
    /// <param name="union">The union.</param>
    /// <param name="path">The C# name including containing types.</param>
    /// <param name="name">The C# name.</param>
    /// <param name="scope">The names that members cannot have.</param>
    private void Body(ObjectType union, string path, string name, Scope scope)
    {
        UnionBranches branches = union.Branches!;
        string tag = "";
        Dictionary<Member, string> common = [];
        foreach (Member member in union.Members)
            common.Add(member, scope.Take(Identifiers.Pascal(member.Name)));
        Dictionary<Branch, string> nested = [];
        foreach (Branch branch in branches.All)
            nested.Add(branch, scope.Take(Identifiers.Pascal(branch.Name)));
        Scope hidden = new([.. nested.Values, UnknownBranch, "Converter"]);
        string tagType = types.Reference(branches.Tag.Type, hidden);
        foreach ((Member member, string property) in common)
        {
            if (member != branches.Tag)
            {
                _members.Property(member, union.Doc, property, hidden);
                continue;
            }

            tag = property;
            _members.Head(member, union.Doc);
            code.Line($"public abstract {tagType} {tag} {{ get; }}");
            code.Gap();
        }

        foreach ((Branch branch, string type) in nested)
            WriteBranch(branch, union, new(path, name, type), new(tag, tagType), scope, hidden);
        WriteUnknown(path, name, new(tag, tagType), branches.Tag);
        WriteConverter(path, branches, nested);
    }

    private void WriteBranch(Branch branch, ObjectType union, BranchNames names, TagNames tag, Scope scope, Scope hidden)
    {
        ObjectType type = (ObjectType)branch.Type;
        bool isUnion = type.Branches is not null;
        string path = $"{names.UnionPath}.{names.Branch}";
        json.Add(path, path.Replace('.', '_'));
        string tagMember = union.Branches!.Tag.Name;
        _members.Summary($"The branch with the {tagMember} <c>{branch.Name}</c>"
            + (branch.IsImplied ? ", without members of its own." : "."));
        _members.Attributes([], branch.If);
        if (isUnion)
            code.Line($"[JsonConverter(typeof({path}.Converter))]");
        code.Line($"public {(isUnion ? "abstract" : "sealed")} record {names.Branch} : {names.Union}");
        code.Open();
        code.Line("/// <inheritdoc/>");
        code.Line($"[JsonPropertyName(\"{tagMember}\")]");
        code.Line($"public override {tag.Type} {tag.Property} => new(\"{branch.Name}\");");
        code.Gap();
        if (isUnion)
            Body(type, path, names.Branch, scope.With());
        else
            _members.Properties(type.Members, type.Doc, scope.With(), hidden);
        code.Close();
        code.Gap();
    }

    private void WriteUnknown(string path, string name, TagNames tag, Member member)
    {
        json.Add($"{path}.{UnknownBranch}", $"{path}.{UnknownBranch}".Replace('.', '_'));
        string parameter = Identifiers.EscapedCamel(tag.Property);
        _members.Summary("A branch that is not in the schema. All its members are kept as unknown members.");
        code.Line($"public {New(path)}sealed record {UnknownBranch} : {name}");
        code.Open();
        _members.Summary("Creates a branch with a tag.");
        code.Line("[JsonConstructor]");
        code.Line($"public {UnknownBranch}({tag.Type} {parameter}) => {tag.Property} = {parameter};");
        code.Gap();
        code.Line("/// <inheritdoc/>");
        code.Line($"[JsonPropertyName(\"{member.Name}\")]");
        code.Line($"public override {tag.Type} {tag.Property} {{ get; }}");
        code.Close();
        code.Gap();
    }

    private void WriteConverter(string path, UnionBranches branches, Dictionary<Branch, string> nested)
    {
        code.Line($"internal {New(path)}sealed class Converter() : QapiUnionConverter<global::{types.Namespace}.{path}>(\"{branches.Tag.Name}\")");
        code.Open();
        code.Line("protected override global::System.Type BranchFor(string tag) => tag switch");
        code.Open();
        foreach ((Branch branch, string type) in nested)
            code.Line($"\"{branch.Name}\" => typeof({type}),");
        code.Line($"_ => typeof({UnknownBranch}),");
        code.Close(";");
        code.Close();
        code.Gap();
    }

    /// <summary>Gets the modifier for members of a nested union, which hide inherited ones.</summary>
    private static string New(string path) => path.Contains('.') ? "new " : "";

    private readonly record struct BranchNames(string UnionPath, string Union, string Branch);

    private readonly record struct TagNames(string Property, string Type);
}
