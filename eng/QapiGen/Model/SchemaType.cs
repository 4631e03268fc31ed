using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>The kind of JSON value for a type.</summary>
internal enum JsonKind
{
    String,
    Number,
    Int,
    Boolean,
    Null,
    Array,
    Object,
    Any,
}

internal abstract class SchemaType(string name, Origin? origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features)
    : Entity(name, origin, doc, condition, features)
{
    public abstract string Meta { get; }

    public abstract JsonKind Json { get; }

    public override string Describe() => $"{Meta} type '{Name}'";

    public override void Check(Schema schema)
    {
        base.Check(schema);
        if (Features.FirstOrDefault(feature => feature.IsSpecial) is Feature special)
            throw new SchemaException(Origin!, $"feature '{special.Name}' is not supported for types");
    }
}

internal sealed class BuiltinType(string name, JsonKind json) : SchemaType(name, null, null, null, [])
{
    public override string Meta => "built-in";

    public override JsonKind Json { get; } = json;
}

internal sealed class EnumType(
    string name, Origin? origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    string? prefix, IReadOnlyList<EnumValue> values)
    : SchemaType(name, origin, doc, condition, features)
{
    public override string Meta => "enum";

    public override JsonKind Json => JsonKind.String;

    public string? Prefix { get; } = prefix;

    public IReadOnlyList<EnumValue> Values { get; } = values;

    public override void Check(Schema schema)
    {
        base.Check(schema);
        NameClashes seen = new(Origin);
        foreach (EnumValue value in Values)
            seen.Add(value);
    }

    public override void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        base.ConnectDoc(doc, pragmas);
        foreach (EnumValue value in Values)
            value.ConnectDoc(doc, pragmas);
    }
}

internal sealed class ArrayType(string elementName, Origin? origin)
    : SchemaType(NameOf(elementName), origin, null, null, [])
{
    public override string Meta => "array";

    public override JsonKind Json => JsonKind.Array;

    public SchemaType Element { get; private set; } = null!;

    public override Condition? If => Element.If;

    public static string NameOf(string elementName) => elementName + "List";

    public override string Describe() => $"array type ['{elementName}']";

    public override void Check(Schema schema)
    {
        base.Check(schema);
        Element = schema.ResolveType(elementName, Origin, () => Origin!.Meta);
    }
}
