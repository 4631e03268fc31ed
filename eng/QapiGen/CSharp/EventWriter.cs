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
        code.Line($"public sealed record {name} : QapiEvent, IQapiEvent<{name}>");
        code.Open();
        members.Summary("The event's name as QEMU spells it.");
        code.Line($"public const string EventName = \"{happening.Name}\";");
        code.Gap();
        code.Line("/// <inheritdoc/>");
        code.Line("[JsonIgnore]");
        code.Line("public override string QmpName => EventName;");
        code.Gap();
        code.Line($"static string IQapiEvent<{name}>.WireName => EventName;");
        code.Gap();
        code.Line($"static {name} IQapiEvent<{name}>.Decode(QmpEvent message) =>");
        code.Indented(() => code.Line(HasUnion(happening)
            ? $"new() {{ Data = QapiCalls.DecodeData(message, QapiJsonContext.Default.{types.JsonName(happening.Data!)}), Timestamp = message.Timestamp }};"
            : $"QapiCalls.DecodeData(message, QapiJsonContext.Default.{name}) with {{ Timestamp = message.Timestamp }};"));
        code.Gap();
        if (HasUnion(happening))
        {
            json.Add(types.Reference(happening.Data!), types.JsonName(happening.Data!));
            members.Summary("Gets the event's data.");
            code.Line("[JsonIgnore]");
            code.Line($"public required {types.Reference(happening.Data!)} Data {{ get; init; }}");
        }
        else
        {
            json.Add(name, CSharpTypes.JsonName(name));
            DocComment? doc = happening.Data is { IsImplicit: false } named ? named.Doc : happening.Doc;
            Scope scope = new([.. Scope.OfRecord, name, "EventName", "QmpName", "Timestamp"]);
            members.Properties(happening.Data?.Members ?? [], doc, scope);
            members.UnknownMembers();
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
