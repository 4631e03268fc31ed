using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>A choice between types with different first JSON tokens.</summary>
internal sealed class AlternateType(
    string name, Origin origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    IReadOnlyList<Branch> branches)
    : SchemaType(name, origin, doc, condition, features)
{
    public override string Meta => "alternate";

    public override JsonKind Json => JsonKind.Any;

    public IReadOnlyList<Branch> Branches { get; } = branches;

    public override void Check(Schema schema)
    {
        base.Check(schema);
        foreach (Branch branch in Branches)
            branch.Check(schema);
        NameClashes names = new(Origin);
        Dictionary<JsonKind, string> taken = [];
        foreach (Branch branch in Branches)
        {
            names.Add(branch);
            if (branch.Type.Json == JsonKind.Any)
                throw new SchemaException(Origin!, $"{branch.Describe(Origin!)} cannot use {branch.Type.Describe()}");
            foreach (JsonKind kind in Claims(branch.Type))
            {
                if (!taken.TryAdd(kind, branch.Name))
                    throw new SchemaException(Origin!,
                        $"{branch.Describe(Origin!)} can't be distinguished from '{taken[kind]}'");
            }
        }
    }

    public override void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        base.ConnectDoc(doc, pragmas);
        foreach (Branch branch in Branches)
            branch.ConnectDoc(doc, pragmas);
    }

    /// <summary>Gets the kinds of JSON value for a type. On a QEMU command line a string can also be a number or a
    /// boolean, so a string claims these kinds too.</summary>
    private static IEnumerable<JsonKind> Claims(SchemaType type)
    {
        yield return type.Json == JsonKind.Int ? JsonKind.Number : type.Json;
        if (type.Json != JsonKind.String)
            yield break;
        IReadOnlyList<string>? values = (type as EnumType)?.Values.Select(value => value.Name).ToArray();
        if (values is null || values.Any(value => value is "on" or "off"))
            yield return JsonKind.Boolean;
        if (values is null || values.Any(value => value[0] is '-' or '+' or '.' || char.IsAsciiDigit(value[0])))
            yield return JsonKind.Number;
    }
}
