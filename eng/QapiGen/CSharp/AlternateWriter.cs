using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes an alternate: an abstract record with one sealed record for each kind of value.</summary>
internal sealed class AlternateWriter(CodeWriter code, CSharpTypes types, JsonRegistry json)
{
    private const string Unknown = "UnknownAlternative";

    private readonly MemberWriter _members = new(code, types);

    public void Write(AlternateType type)
    {
        string name = types.NameOf(type);
        json.Add(name, CSharpTypes.JsonName(name));
        Scope scope = new([.. Scope.OfRecord, name, "Value", Unknown]);
        Dictionary<Branch, string> nested = [];
        foreach (Branch branch in type.Branches)
            nested.Add(branch, scope.Take(Identifiers.Pascal(branch.Name)));
        Scope hidden = new([.. nested.Values, Unknown, "Converter"]);

        _members.Summary(MemberWriter.Describe(type, "alternate"));
        _members.Attributes(type.Features, type.If);
        code.Line($"[JsonConverter(typeof({name}.Converter))]");
        code.Line($"public abstract record {name}");
        code.Open();
        foreach ((Branch branch, string record) in nested)
            WriteBranch(branch, record, name, type, hidden);
        _members.Summary("A value of a kind that is not in the schema.");
        _members.Parameter("Value", "The value.");
        code.Line($"public sealed record {Unknown}(JsonElement Value) : {name};");
        code.Gap();
        WriteConverter(name, nested, hidden);
        code.Close();
        code.Gap();
    }

    private void WriteBranch(Branch branch, string record, string name, AlternateType type, Scope hidden)
    {
        _members.Summary(MemberWriter.Describe(branch, type.Doc));
        if (branch.Type.Json == JsonKind.Null)
        {
            _members.Attributes([], branch.If);
            code.Line($"public sealed record {record} : {name};");
            code.Gap();
            return;
        }

        string value = types.Reference(branch.Type, hidden);
        json.Add(types.Reference(branch.Type), types.JsonName(branch.Type));
        _members.Parameter("Value", "The value.");
        _members.Attributes([], branch.If);
        code.Line($"public sealed record {record}({value} Value) : {name};");
        code.Gap();
        // C# does not allow conversions from an interface, and a list is one.
        if (branch.Type is ArrayType)
            return;
        code.Line($"/// <summary>Converts a value of <c>{branch.Name}</c> to a {name}.</summary>");
        code.Line($"public static implicit operator {name}({value} value) => new {record}(value);");
        code.Gap();
    }

    private void WriteConverter(string name, Dictionary<Branch, string> nested, Scope hidden)
    {
        code.Line($"internal sealed class Converter : QapiAlternateConverter<{name}>");
        code.Open();
        code.Line($"protected override {name} Decode(JsonElement value, JsonSerializerOptions options) => value.ValueKind switch");
        code.Open();
        foreach ((Branch branch, string record) in nested)
        {
            string decoded = branch.Type.Json == JsonKind.Null
                ? $"new {record}()"
                : $"new {record}(DecodeAs<{types.Reference(branch.Type, hidden)}>(value, options))";
            code.Line($"{Tokens(branch.Type.Json)} => {decoded},");
        }

        code.Line($"_ => new {Unknown}(value),");
        code.Close(";");
        code.Gap();
        code.Line($"protected override void Encode(Utf8JsonWriter writer, {name} value, JsonSerializerOptions options)");
        code.Open();
        code.Line("switch (value)");
        code.Open();
        foreach ((Branch branch, string record) in nested)
        {
            code.Line($"case {record}{(branch.Type.Json == JsonKind.Null ? "" : " branch")}:");
            code.Indented(() =>
            {
                code.Line(branch.Type.Json == JsonKind.Null
                    ? "writer.WriteNullValue();"
                    : "EncodeAs(writer, branch.Value, options);");
                code.Line("break;");
            });
        }

        code.Line($"case {Unknown} unknown:");
        code.Indented(() =>
        {
            code.Line("unknown.Value.WriteTo(writer);");
            code.Line("break;");
        });
        code.Close();
        code.Close();
        code.Close();
        code.Gap();
    }

    private static string Tokens(JsonKind kind) => kind switch
    {
        JsonKind.String => "JsonValueKind.String",
        JsonKind.Number or JsonKind.Int => "JsonValueKind.Number",
        JsonKind.Boolean => "JsonValueKind.True or JsonValueKind.False",
        JsonKind.Null => "JsonValueKind.Null",
        JsonKind.Array => "JsonValueKind.Array",
        _ => "JsonValueKind.Object",
    };
}
