using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>The C# name of every type of a schema, and the name of its JSON metadata.</summary>
internal sealed class CSharpTypes
{
    /// <summary>The other names in generated files. A schema type with such a name gets an underscore.</summary>
    private static readonly string[] Reserved =
    [
        "QmpCommands", "QmpEvents", "QmpCommandHandlers", "QapiJsonContext", "Task", "CancellationToken", "Type",
        "IReadOnlyList", "IDictionary", "JsonElement", "JsonValueKind", "JsonSerializerOptions", "Utf8JsonWriter",
        "JsonConverter", "JsonSerializable", "SetsRequiredMembers",
        "Obsolete", "Experimental", "IQmpExecutor", "QmpCommandOptions", "QmpEvent", "IQapiEnumeration", "QapiEnumConverter",
        "QapiUnionConverter", "QapiAlternateConverter", "QapiObject", "QapiObjectConverter", "IQapiObject", "QapiReader", "QapiWriter", "QapiMember", "QapiConstant", "QapiFeature",
        "QapiCondition", "QapiEvent", "IQapiEvent", "QapiCalls", "QapiServer", "UnknownQapiEvent",
    ];

    private static readonly HashSet<string> ClrNames =
    [
        "String", "Double", "Int64", "SByte", "Int16", "Int32", "Byte", "UInt16", "UInt32", "UInt64", "Boolean", "JsonElement",
    ];

    private readonly Dictionary<Entity, string> _names = [];

    /// <param name="schema">The schema.</param>
    /// <param name="nameSpace">The namespace of the types.</param>
    /// <param name="isStrict">Whether JSON without a mandatory member is an error.</param>
    public CSharpTypes(Schema schema, string nameSpace, bool isStrict = false)
    {
        Namespace = nameSpace;
        IsStrict = isStrict;
        Scope scope = new(Reserved);
        foreach (SchemaType type in schema.Entities.OfType<SchemaType>())
        {
            if (type is EnumType or AlternateType or ObjectType { IsImplicit: false })
                _names.Add(type, scope.Take(Identifiers.Pascal(type.Name)));
        }

        foreach (Command command in schema.Entities.OfType<Command>())
        {
            if (command.Data is { IsImplicit: true } data)
                _names.TryAdd(data, scope.Take(Identifiers.Pascal(command.Name) + "Arguments"));
        }

        foreach (Event happening in schema.Entities.OfType<Event>())
            _names.Add(happening, scope.Take(Identifiers.PascalOfCapitals(happening.Name) + "Event"));
    }

    public string Namespace { get; }

    /// <summary>Gets whether JSON without a mandatory member is an error at once.</summary>
    public bool IsStrict { get; }

    /// <summary>Gets the declared name of a type, of a command's arguments or of an event.</summary>
    public string NameOf(Entity entity) => _names[entity];

    /// <summary>Gets a reference to a type, from a place with hidden names.</summary>
    public string Reference(SchemaType type, Scope? hidden = null)
    {
        switch (type)
        {
            case ArrayType array:
                return $"IReadOnlyList<{Reference(array.Element, hidden)}>";
            case BuiltinType builtin:
                return Builtin(builtin.Name);
            default:
                string name = NameOf(type);
                return hidden?.Has(name) == true ? $"global::{Namespace}.{name}" : name;
        }
    }

    /// <summary>Gets the name of the type's metadata in the JSON context.</summary>
    public string JsonName(SchemaType type) => type switch
    {
        ArrayType array => "ListOf_" + JsonName(array.Element),
        BuiltinType builtin => ClrName(builtin.Name),
        _ => JsonName(NameOf(type)),
    };

    /// <summary>Gets the name of a generated type's metadata. The JSON generator has fixed names for .NET types.</summary>
    public static string JsonName(string name) => ClrNames.Contains(name) ? name + "_" : name;

    /// <summary>Gets whether a C# type is a value type.</summary>
    public static bool IsValue(SchemaType type) => type is EnumType || (type is BuiltinType builtin && Builtin(builtin.Name) != "string");

    public static string Builtin(string name) => name switch
    {
        "str" => "string",
        "number" => "double",
        "int" or "int64" => "long",
        "int8" => "sbyte",
        "int16" => "short",
        "int32" => "int",
        "uint8" => "byte",
        "uint16" => "ushort",
        "uint32" => "uint",
        "uint64" or "size" => "ulong",
        "bool" => "bool",
        _ => "JsonElement",
    };

    private static string ClrName(string builtin) => Builtin(builtin) switch
    {
        "string" => "String",
        "double" => "Double",
        "long" => "Int64",
        "sbyte" => "SByte",
        "short" => "Int16",
        "int" => "Int32",
        "byte" => "Byte",
        "ushort" => "UInt16",
        "uint" => "UInt32",
        "ulong" => "UInt64",
        "bool" => "Boolean",
        _ => "JsonElement",
    };
}
