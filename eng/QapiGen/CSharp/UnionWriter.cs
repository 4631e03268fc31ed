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
        code.Line($"public abstract record {name} : QapiObject");
        code.Open();
        Body(union, name, name, new Scope([.. Scope.OfRecord, UnknownBranch, name]));
        code.Close();
        code.Gap();
    }

    /// <summary>Writes the members of a union. A branch can itself be a union.</summary>
    /// <param name="union">The union.</param>
    /// <param name="path">The C# name including containing types.</param>
    /// <param name="name">The C# name.</param>
    /// <param name="scope">The names that members cannot have.</param>
    /// <param name="outerTag">The tag that selects this union as a branch of another, or null.</param>
    private void Body(ObjectType union, string path, string name, Scope scope, string? outerTag = null)
    {
        UnionBranches branches = union.Branches!;
        Dictionary<Member, string> common = [];
        foreach (Member member in union.Members)
            common.Add(member, scope.Take(Identifiers.Pascal(member.Name)));
        Dictionary<Branch, string> nested = [];
        foreach (Branch branch in branches.All)
            nested.Add(branch, scope.Take(Identifiers.Pascal(branch.Name)));
        Scope hidden = new([.. nested.Values, UnknownBranch, "Converter"]);
        Property[] properties = [.. common.Select(entry => _members.Declare(entry.Key, entry.Value, hidden))];
        foreach (Property property in properties)
        {
            if (property.Member == branches.Tag)
                WriteTag(property, union);
            else
                _members.Write(property, union.Doc);
        }

        Property tag = properties.Single(property => property.Member == branches.Tag);
        code.Line($"private {name}({tag.Type} {Parameter(tag)})");
        if (outerTag is not null)
            code.Indented(() => code.Line($": base({outerTag})"));
        code.Open();
        code.Line($"{tag.Field} = {Parameter(tag)};");
        code.Close();
        code.Gap();
        _members.ReadingConstructor(name, properties);
        _members.WritingMethod(properties, baseWrites: outerTag is not null);
        foreach ((Branch branch, string type) in nested)
            WriteBranch(branch, union, new(path, name, type), scope, hidden);
        WriteUnknown(path, name, tag);
        WriteConverter(path, branches, nested);
    }

    /// <summary>Writes the property of the tag. The branch determines its value.</summary>
    private void WriteTag(Property tag, ObjectType union)
    {
        _members.Head(tag.Member, union.Doc);
        code.Line($"public {tag.Type} {tag.Name} => {tag.Field} ?? throw Missing(\"{tag.Member.Name}\");");
        code.Gap();
        code.Line($"private readonly {tag.Type}? {tag.Field};");
        code.Gap();
    }

    private void WriteBranch(Branch branch, ObjectType union, BranchNames names, Scope scope, Scope hidden)
    {
        ObjectType type = (ObjectType)branch.Type;
        bool isUnion = type.Branches is not null;
        string path = $"{names.UnionPath}.{names.Branch}";
        string tag = $"{types.Reference(union.Branches!.Tag.Type, hidden)}.Named(\"{branch.Name}\")";
        json.Add(path, path.Replace('.', '_'));
        _members.Summary($"The branch with the {union.Branches.Tag.Name} <c>{branch.Name}</c>"
            + (branch.IsImplied ? ", without members of its own." : "."));
        _members.Attributes([], branch.If);
        if (isUnion)
        {
            code.Line($"[JsonConverter(typeof({path}.Converter))]");
            code.Line($"public abstract record {names.Branch} : {names.Union}");
            code.Open();
            Body(type, path, names.Branch, scope.With(), tag);
        }
        else
        {
            Leaf(path, names);
            Property[] properties = _members.Properties(type.Members, type.Doc, scope.With(), hidden);
            _members.Constructor(names.Branch, tag);
            End(path, names.Branch, properties);
        }

        code.Close();
        code.Gap();
    }

    private void WriteUnknown(string path, string name, Property tag)
    {
        string type = $"{path}.{UnknownBranch}";
        json.Add(type, type.Replace('.', '_'));
        _members.Summary("A branch that is not in the schema. All its members are kept as unknown members.");
        Leaf(type, new(path, name, UnknownBranch), New(path));
        _members.Summary("Creates a branch with a tag.");
        _members.Parameter(Parameter(tag).TrimStart('@'), "The tag.");
        code.Line($"public {UnknownBranch}({tag.Type} {Parameter(tag)})");
        code.Indented(() => code.Line($": base({Parameter(tag)})"));
        code.Open();
        code.Close();
        code.Gap();
        End(type, UnknownBranch, []);
        code.Close();
        code.Gap();
    }

    private void Leaf(string path, BranchNames names, string modifier = "")
    {
        string type = Qualified(path);
        code.Line(MemberWriter.Converter(type));
        code.Line($"public {modifier}sealed record {names.Branch} : {names.Union}, IQapiObject<{type}>");
        code.Open();
    }

    private void End(string path, string name, Property[] properties)
    {
        _members.ReadingConstructor(name, properties);
        _members.WritingMethod(properties, baseWrites: true);
        _members.Reader(Qualified(path));
    }

    private static string Parameter(Property tag) => Identifiers.EscapedCamel(tag.Name);

    /// <summary>Gets a name of a nested type that no other nested type can hide.</summary>
    private string Qualified(string path) => $"global::{types.Namespace}.{path}";

    private void WriteConverter(string path, UnionBranches branches, Dictionary<Branch, string> nested)
    {
        code.Line($"internal {New(path)}sealed class Converter() : QapiUnionConverter<{Qualified(path)}>(\"{branches.Tag.Name}\")");
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
}
