using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes enums and structs.</summary>
internal sealed class TypeWriter(CodeWriter code, CSharpTypes types, JsonRegistry json)
{
    private readonly MemberWriter _members = new(code, types);

    public void Write(EnumType type)
    {
        string name = types.NameOf(type);
        json.Add(name, CSharpTypes.JsonName(name));
        _members.Summary(MemberWriter.Describe(type, "enum"));
        _members.Attributes(type.Features, type.If);
        code.Line($"[JsonConverter(typeof(QapiEnumConverter<{name}>))]");
        code.Line($"public readonly record struct {name}(string Value) : IQapiEnumeration<{name}>");
        code.Open();
        Scope scope = new([.. Scope.OfRecord, name, "Value", "Known", "Named"]);
        List<string> known = [];
        foreach (EnumValue value in type.Values)
        {
            string constant = scope.Take(Identifiers.Pascal(value.Name));
            _members.Summary(MemberWriter.Describe(value, type.Doc));
            code.Line($"[QapiConstant(\"{CNames.Constant(type, value.Name)}\", {known.Count})]");
            _members.Attributes(value.Features, value.If, experimental: true);
            code.Line($"public static {name} {constant} => new(\"{value.Name}\");");
            code.Gap();
            known.Add(constant);
        }

        _members.Summary("Gets all values in the schema, in schema order. A newer QEMU may send others.");
        code.Line($"[QapiConstant(\"{CNames.Constant(type, "_MAX")}\", {known.Count})]");
        code.Line($"public static IReadOnlyList<{name}> Known {{ get; }} =");
        code.Line("[");
        code.Indented(() =>
        {
            foreach (string constant in known)
                code.Line(constant + ",");
        });
        code.Line("];");
        code.Gap();
        _members.Summary("Gets the value with a name, known or not.");
        code.Line($"public static {name} Named(string value) => new(value);");
        code.Gap();
        _members.Summary("Gets the value in JSON.");
        code.Line("public override string ToString() => Value;");
        code.Close();
        code.Gap();
    }

    /// <summary>A struct, or the arguments of a command.</summary>
    public void Write(ObjectType type, string summary, DocComment? doc)
    {
        string name = types.NameOf(type);
        json.Add(name, CSharpTypes.JsonName(name));
        _members.Summary(summary);
        _members.Attributes(type.Features, type.If);
        code.Line(MemberWriter.Converter(name));
        code.Line($"public sealed record {name} : QapiObject, IQapiObject<{name}>");
        code.Open();
        Property[] properties = _members.Properties(type.Members, doc, new Scope([.. Scope.OfRecord, name]));
        _members.Constructor(name);
        _members.ReadingConstructor(name, properties);
        _members.WritingMethod(properties);
        _members.Reader(name);
        code.Close();
        code.Gap();
    }
}
