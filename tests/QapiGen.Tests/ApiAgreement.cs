using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using QemuTest.QapiGen.CSharp;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>Compares generated types with the schema of a running QEMU: names, members, optionality, enum values and
/// branches, starting from commands and events.</summary>
/// <param name="schema">The running QEMU's schema.</param>
/// <param name="api">The generated API's assembly and namespace.</param>
/// <param name="handlers">The generated command handlers.</param>
/// <param name="complete">Whether the API must have all parts of the schema. Otherwise only its own parts must
/// agree.</param>
internal sealed class ApiAgreement(QmpSchema schema, (Assembly Assembly, string Namespace) api, Type handlers, bool complete)
{
    private readonly HashSet<(string, Type)> _seen = [];

    /// <summary>Gets the contradictions.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Gets what the running QEMU lacks or does not require. Another version may differ in this.</summary>
    public List<string> Absent { get; } = [];

    public int Commands { get; private set; }

    public int Events { get; private set; }

    public int Types => _seen.Count;

    public void Check()
    {
        Dictionary<string, MethodInfo> methods = handlers.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal)).ToDictionary(method => method.Name);
        foreach (SchemaInfo.Command command in schema.Entries.Values.OfType<SchemaInfo.Command>())
        {
            if (!methods.Remove(Identifiers.Pascal(command.Name) + "Async", out MethodInfo? method))
            {
                Missing($"command {command.Name}");
                continue;
            }

            Commands++;
            Type[] arguments = [.. method.GetParameters().Select(p => p.ParameterType).Where(type => type != typeof(CancellationToken))];
            Object(command.ArgType, arguments.SingleOrDefault(), command.Name + " arguments");
            Type? result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;
            if (result is null)
                Object(command.RetType, null, command.Name + " result");
            else
                Any(command.RetType, result, command.Name + " result");
        }

        foreach (MethodInfo surplus in methods.Values.Where(method => !IsConditional(method)))
            Absent.Add($"{surplus.Name}: this QEMU has no such command");
        CheckEvents();
    }

    private void CheckEvents()
    {
        Dictionary<string, Type> events = api.Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(QapiEvent)) && type.GetField("EventName") is not null)
            .ToDictionary(type => (string)type.GetField("EventName")!.GetValue(null)!);
        foreach (SchemaInfo.Event happening in schema.Entries.Values.OfType<SchemaInfo.Event>())
        {
            if (!events.Remove(happening.Name, out Type? type))
            {
                Missing($"event {happening.Name}");
                continue;
            }

            Events++;
            Object(happening.ArgType, type, happening.Name);
        }

        foreach ((string name, Type type) in events)
        {
            if (!IsConditional(type))
                Absent.Add($"{name}: this QEMU has no such event");
        }
    }

    private void Any(string name, Type type, string where)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!_seen.Add((name, type)))
            return;
        switch (schema.Entries[name])
        {
            case SchemaInfo.Builtin builtin when type is { IsAbstract: true }:
                // An alternate also reads what another version has as one of its kinds.
                if (!Nested(type).Select(nested => nested.GetProperty("Value")?.PropertyType).Any(kind => kind is not null && JsonTypeOf(kind) == builtin.JsonType.Value))
                    Differences.Add($"{where}: {type.Name} for a {builtin.JsonType}");
                break;
            case SchemaInfo.Builtin builtin:
                if (JsonTypeOf(type) != builtin.JsonType.Value)
                    Differences.Add($"{where}: {type.Name} for a {builtin.JsonType}");
                break;
            case SchemaInfo.Array array when type.IsGenericType:
                Any(array.ElementType, type.GetGenericArguments()[0], where + "[]");
                break;
            case SchemaInfo.Enum values when type.GetProperty("Known") is PropertyInfo known:
                Enum(values, type, known, where);
                break;
            case SchemaInfo.Object:
                Object(name, type, where);
                break;
            case SchemaInfo.Alternate alternate when type.IsAbstract:
                string[] theirs = [.. alternate.Members.Select(member => KindOf(member.Type)).Order()];
                Type[] records = [.. Nested(type).Where(nested => nested.Name != "UnknownAlternative")];
                string[] ours = [.. records.Select(record => record.GetProperty("Value")?.PropertyType).Select(KindOf).Order()];
                if (!ours.SequenceEqual(theirs))
                    Differences.Add($"{where}: {string.Join('|', ours)} for {string.Join('|', theirs)}");
                break;
            default:
                Differences.Add($"{where}: {type.Name} for a {schema.Entries[name].MetaType}");
                break;
        }
    }

    private void Enum(SchemaInfo.Enum values, Type type, PropertyInfo known, string where)
    {
        HashSet<string> theirs = [.. values.Members.Select(member => member.Name)];
        foreach (object value in (System.Collections.IEnumerable)known.GetValue(null)!)
        {
            PropertyInfo constant = type.GetProperties(BindingFlags.Static | BindingFlags.Public)
                .First(property => property.PropertyType == type && property.GetValue(null)!.Equals(value));
            if (!theirs.Remove(value.ToString()!) && !IsConditional(constant))
                Absent.Add($"{where}: this QEMU has no value '{value}'");
        }

        foreach (string value in theirs)
            Missing($"{where} value '{value}'");
    }

    private void Object(string name, Type? type, string where)
    {
        var entry = (SchemaInfo.Object)schema.Entries[name];
        if (type is null)
        {
            foreach (SchemaInfoObjectMember member in entry.Members)
                Missing($"{where} member '{member.Name}'");
            return;
        }

        if (type.IsAbstract && entry.Variants is not null)
        {
            foreach (SchemaInfoObjectVariant variant in entry.Variants)
            {
                Type? branch = type.GetNestedType(Identifiers.Pascal(variant.Case)) ?? type.GetNestedType(Identifiers.Pascal(variant.Case) + "_");
                if (branch is null)
                    Missing($"{where} branch '{variant.Case}'");
                else
                    Variant(entry, variant, branch, where);
            }
        }
        else if (!type.IsAbstract && entry.Variants is null)
        {
            Members(entry.Members, type, where);
        }
        else if (complete)
        {
            Differences.Add($"{where}: {type.Name} is a union here and none there, or the reverse");
        }
    }

    private void Variant(SchemaInfo.Object entry, SchemaInfoObjectVariant variant, Type branch, string where)
    {
        var own = (SchemaInfo.Object)schema.Entries[variant.Type];
        // A branch that is itself a union is compared branch by branch.
        if (branch.IsAbstract)
        {
            foreach (SchemaInfoObjectVariant inner in own.Variants ?? [])
            {
                var members = (SchemaInfo.Object)schema.Entries[inner.Type];
                if (branch.GetNestedType(Identifiers.Pascal(inner.Case)) is Type leaf)
                    Members([.. entry.Members, .. own.Members, .. members.Members], leaf, $"{where}:{variant.Case}:{inner.Case}");
                else
                    Missing($"{where}:{variant.Case} branch '{inner.Case}'");
            }

            return;
        }

        Members([.. entry.Members, .. own.Members], branch, $"{where}:{variant.Case}");
    }

    private void Members(IEnumerable<SchemaInfoObjectMember> theirs, Type type, string where)
    {
        Dictionary<string, PropertyInfo> ours = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.IsDefined(typeof(QapiMemberAttribute)))
            .ToDictionary(property => property.GetCustomAttribute<QapiMemberAttribute>()!.Name);
        foreach (SchemaInfoObjectMember member in theirs)
        {
            if (!ours.Remove(member.Name, out PropertyInfo? property))
            {
                Missing($"{where} member '{member.Name}'");
                continue;
            }

            // In query-qmp-schema, a default of null means an optional member. A tag has no setter and is never optional.
            // A member with a condition is never required, because a QEMU built without it does not have the member.
            bool optional = member.Default is not null;
            bool asked = !optional && !IsConditional(property);
            if (asked != property.IsDefined(typeof(RequiredMemberAttribute)) && property.CanWrite)
                Absent.Add($"{where}.{member.Name}: {(optional ? "optional" : "mandatory")} in this QEMU");
            Any(member.Type, property.PropertyType, $"{where}.{member.Name}");
        }

        foreach ((string name, PropertyInfo property) in ours)
        {
            if (!IsConditional(property) && !IsConditional(property.PropertyType))
                Absent.Add($"{where}: this QEMU has no member '{name}'");
        }
    }

    private void Missing(string what)
    {
        if (complete)
            Differences.Add($"{what}: not in the generated API");
    }

    private static bool IsConditional(MemberInfo member) => member.GetCustomAttribute<QapiConditionAttribute>() is not null;

    private static IEnumerable<Type> Nested(Type type) => type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type));

    private string KindOf(string name) => schema.Entries[name] switch
    {
        SchemaInfo.Builtin builtin => builtin.JsonType.Value == "int" ? "number" : builtin.JsonType.Value,
        SchemaInfo.Enum => "string",
        SchemaInfo.Array => "array",
        _ => "object",
    };

    private static string KindOf(Type? type)
    {
        if (type is null)
            return "null";
        string kind = JsonTypeOf(type);
        return kind is "int" ? "number" : kind;
    }

    private static string JsonTypeOf(Type type) => type switch
    {
        _ when type == typeof(string) || type.GetProperty("Known") is not null => "string",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(double) => "number",
        { IsPrimitive: true } => "int",
        _ when type == typeof(JsonElement) => "value",
        { IsGenericType: true } => "array",
        _ => "object",
    };
}
