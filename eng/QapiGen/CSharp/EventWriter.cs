using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes one record for each event.</summary>
internal sealed class EventWriter(CSharpTypes types, JsonRegistry json)
{
    public void Write(CodeWriter code, Event happening)
    {
        MemberWriter members = new(code, types);
        string name = types.NameOf(happening);
        members.Summary(MemberWriter.Describe(happening, "event"));
        members.Attributes(happening.Features, happening.If);
        bool hasUnion = HasUnion(happening);
        if (!hasUnion)
            code.Line(MemberWriter.Converter(name));
        code.Line($"public sealed record {name} : QapiEvent, IQapiEvent<{name}>{(hasUnion ? "" : $", IQapiObject<{name}>")}");
        code.Open();
        members.Summary("The event's name as QEMU spells it.");
        code.Line($"public const string EventName = \"{happening.Name}\";");
        code.Gap();
        code.Line("/// <inheritdoc/>");
        code.Line("public override string QmpName => EventName;");
        code.Gap();
        code.Line($"static string IQapiEvent<{name}>.WireName => EventName;");
        code.Gap();
        code.Line($"static {name} IQapiEvent<{name}>.Decode(QmpEvent message) =>");
        code.Indented(() => code.Line(hasUnion
            ? $"new() {{ Data = QapiCalls.DecodeData(message, QapiJsonContext.Default.{types.JsonName(happening.Data!)}), Timestamp = message.Timestamp }};"
            : $"QapiCalls.DecodeData(message, QapiJsonContext.Default.{name}) with {{ Timestamp = message.Timestamp }};"));
        code.Gap();
        if (hasUnion)
        {
            json.Add(types.Reference(happening.Data!), types.JsonName(happening.Data!));
            members.Summary("Gets the event's data.");
            code.Line($"public required {types.Reference(happening.Data!)} Data {{ get; init; }}");
            code.Gap();
            code.Line("/// <inheritdoc/>");
            code.Line("protected override void WriteMembers(QapiWriter writer) => writer.Write(\"data\", Data);");
        }
        else
        {
            json.Add(name, CSharpTypes.JsonName(name));
            DocComment? doc = happening.Data is { IsImplicit: false } named ? named.Doc : happening.Doc;
            Scope scope = new([.. Scope.OfRecord, name, "EventName", "QmpName", "Timestamp"]);
            Property[] properties = members.Properties(happening.Data?.Members ?? [], doc, scope);
            members.Constructor(name);
            members.ReadingConstructor(name, properties);
            members.WritingMethod(properties);
            members.Reader(name);
        }

        code.Close();
        code.Gap();
    }

    public string Encode(Event happening)
    {
        string name = types.NameOf(happening);
        return HasUnion(happening)
            ? $"{name} data => JsonSerializer.SerializeToElement(data.Data, QapiJsonContext.Default.{types.JsonName(happening.Data!)}),"
            : $"{name} data => JsonSerializer.SerializeToElement(data, QapiJsonContext.Default.{name}),";
    }

    private static bool HasUnion(Event happening) => happening.Data?.Branches is not null;
}
