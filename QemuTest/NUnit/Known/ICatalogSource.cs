namespace QemuTest.NUnit;

/// <summary>Where a catalog comes from: an attribute whose type parameter nobody else knows.</summary>
internal interface ICatalogSource
{
    IReadOnlyList<KnownMisbehavior> Entries { get; }
}
