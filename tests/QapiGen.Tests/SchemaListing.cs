using System.Text;
using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Tests;

/// <summary>Lists a schema in the format of QEMU's own test driver, for a comparison.</summary>
internal static class SchemaListing
{
    public static string Of(Schema schema)
    {
        StringBuilder text = new("module ./builtin\n");
        foreach (Entity entity in schema.Entities.Where(entity => schema.Modules.NameOf(entity) is null))
            List(text, entity);
        foreach (string module in schema.Modules.Names)
        {
            text.Append($"module {module}\n");
            foreach (Entity entity in schema.Entities.Where(entity => schema.Modules.NameOf(entity) == module))
                List(text, entity);
        }

        foreach (DocComment doc in schema.Docs)
            List(text, doc);
        return text.ToString();
    }

    /// <summary>Gets a listing of QEMU without its include lines, which repeat the module lines.</summary>
    public static string WithoutIncludes(string listing) =>
        string.Concat(listing.Split('\n', StringSplitOptions.None).Where(line => !line.StartsWith("include ", StringComparison.Ordinal))
            .Select(line => line + "\n"))[..^1];

    private static void List(StringBuilder text, Entity entity)
    {
        switch (entity)
        {
            case EnumType type:
                text.Append($"enum {type.Name}\n");
                if (!string.IsNullOrEmpty(type.Prefix))
                    text.Append($"    prefix {type.Prefix}\n");
                foreach (EnumValue value in type.Values)
                {
                    text.Append($"    member {value.Name}\n");
                    Extras(text, value.If, value.Features, 8);
                }

                break;
            case ArrayType { Origin: not null } type:
                text.Append($"array {type.Name} {type.Element.Name}\n");
                break;
            case ObjectType type:
                text.Append($"object {type.Name}\n");
                if (type.Base is not null)
                    text.Append($"    base {type.Base.Name}\n");
                foreach (Member member in type.OwnMembers)
                {
                    text.Append($"    member {member.Name}: {member.Type.Name} optional={member.Optional}\n");
                    Extras(text, member.If, member.Features, 8);
                }

                if (type.Branches is not null)
                    Branches(text, type.Branches.Tag.Name, type.Branches.All);
                break;
            case AlternateType type:
                text.Append($"alternate {type.Name}\n");
                Branches(text, "type", type.Branches);
                break;
            case Command command:
                text.Append($"command {command.Name} {command.Data?.Name ?? "None"} -> {command.Returns?.Name ?? "None"}\n");
                CommandFlags flags = command.Flags;
                text.Append($"    gen={flags.Generated} success_response={flags.SuccessResponse} boxed={flags.Boxed} "
                    + $"oob={flags.AllowOob} preconfig={flags.AllowPreconfig}{(flags.Coroutine ? " coroutine=True" : "")}\n");
                break;
            case Event happening:
                text.Append($"event {happening.Name} {happening.Data?.Name ?? "None"}\n    boxed={happening.Boxed}\n");
                break;
            default:
                return;
        }

        Extras(text, entity.If, entity.Features, 4);
    }

    private static void Branches(StringBuilder text, string tag, IEnumerable<Branch> branches)
    {
        text.Append($"    tag {tag}\n");
        foreach (Branch branch in branches)
        {
            text.Append($"    case {branch.Name}: {branch.Type.Name}\n");
            Extras(text, branch.If, [], 8);
        }
    }

    private static void Extras(StringBuilder text, Condition? condition, IEnumerable<Feature> features, int indent)
    {
        if (condition is not null)
            text.Append(' ', indent).Append($"if {Show(condition)}\n");
        foreach (Feature feature in features)
        {
            text.Append(' ', indent).Append($"feature {feature.Name}\n");
            Extras(text, feature.If, [], indent + 4);
        }
    }

    private static string Show(Condition condition) => condition switch
    {
        SymbolCondition symbol => symbol.Symbol,
        _ => Quote(condition),
    };

    private static string Quote(Condition condition) => condition switch
    {
        SymbolCondition symbol => $"'{symbol.Symbol}'",
        NotCondition not => $"{{'not': {Quote(not.Operand)}}}",
        ListCondition list => $"{{'{(list.All ? "all" : "any")}': [{string.Join(", ", list.Operands.Select(Quote))}]}}",
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static void List(StringBuilder text, DocComment doc)
    {
        text.Append(doc.Symbol is null ? "doc freeform\n" : $"doc symbol={doc.Symbol}\n");
        text.Append($"    body=\n{doc.Sections[0].Text}\n");
        foreach (DocSection member in doc.All(DocKind.Member))
            text.Append($"    arg={member.Name}\n{member.Text}\n");
        foreach (DocSection feature in doc.All(DocKind.Feature))
            text.Append($"    feature={feature.Name}\n{feature.Text}\n");
        foreach (DocSection section in doc.Sections.Skip(1).Where(s => s.Kind is not (DocKind.Member or DocKind.Feature)))
            text.Append($"    section={section.Kind}\n{section.Text}\n");
    }
}
