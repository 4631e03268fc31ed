using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.Tests;

/// <summary>The number of definitions in a schema.</summary>
internal sealed record SchemaCounts(int Commands, int Events, int Structs, int Enums, int Unions, int Alternates)
{
    public SchemaCounts(Schema schema)
        : this(
            schema.Entities.OfType<Command>().Count(),
            schema.Entities.OfType<Event>().Count(),
            schema.Entities.OfType<ObjectType>().Count(type => !type.IsImplicit && type.Branches is null),
            schema.Entities.OfType<EnumType>().Count(type => type.Origin is not null),
            schema.Entities.OfType<ObjectType>().Count(type => type.Branches is not null),
            schema.Entities.OfType<AlternateType>().Count())
    {
    }
}
