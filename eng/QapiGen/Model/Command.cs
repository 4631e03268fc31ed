using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>The common part of commands and events: they carry an object.</summary>
internal abstract class Message(
    string name, Origin origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    string? dataName, bool boxed)
    : Entity(name, origin, doc, condition, features)
{
    protected abstract string Meta { get; }

    /// <summary>Gets the arguments of a command or the data of an event, or null for none.</summary>
    public ObjectType? Data { get; private set; }

    public bool Boxed { get; } = boxed;

    public override string Describe() => $"{Meta} '{Name}'";

    public override void Check(Schema schema)
    {
        base.Check(schema);
        if (dataName is null)
            return;
        SchemaType type = schema.ResolveType(dataName, Origin, () => $"{Meta}'s 'data'");
        Data = type as ObjectType
            ?? throw new SchemaException(Origin!, $"{Meta}'s 'data' cannot take {type.Describe()}");
        if (Data.Branches is not null && !Boxed)
            throw new SchemaException(Origin!, $"{Meta}'s 'data' can take {type.Describe()} only with 'boxed': true");
        Data.Check(schema);
        if (Data.HasConditionalMembers && !Boxed)
            throw new SchemaException(Origin!, $"conditional {Meta} arguments require 'boxed': true");
    }

    public override void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        base.ConnectDoc(doc, pragmas);
        if (Data is { IsImplicit: true })
            Data.ConnectDoc(doc, pragmas);
    }
}

internal sealed class Command(
    string name, Origin origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    string? dataName, string? returnName, CommandFlags flags)
    : Message(name, origin, doc, condition, features, dataName, flags.Boxed)
{
    protected override string Meta => "command";

    public SchemaType? Returns { get; private set; }

    public CommandFlags Flags { get; } = flags;

    public override void Check(Schema schema)
    {
        base.Check(schema);
        if (returnName is null)
            return;
        Returns = schema.ResolveType(returnName, Origin, () => "command's 'returns'");
        SchemaType item = Returns is ArrayType array ? array.Element : Returns;
        if (item is not ObjectType && !schema.Pragmas.CommandReturns.Contains(Name))
            throw new SchemaException(Origin!, $"command's 'returns' cannot take {Returns.Describe()}");
    }
}

internal sealed class Event(
    string name, Origin origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features,
    string? dataName, bool boxed)
    : Message(name, origin, doc, condition, features, dataName, boxed)
{
    protected override string Meta => "event";
}
