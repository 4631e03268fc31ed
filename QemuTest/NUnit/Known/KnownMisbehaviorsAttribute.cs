namespace QemuTest.NUnit;

/// <summary>Applies a catalog of known misbehaviors to the tests of an assembly, or of a class and those derived from it:
/// <c>[assembly: KnownMisbehaviors&lt;MyFindings&gt;]</c>. The tests derive from <see cref="QemuBaseTest"/>.</summary>
/// <typeparam name="TCatalog">The catalog.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class KnownMisbehaviorsAttribute<TCatalog> : Attribute, ICatalogSource
    where TCatalog : IKnownMisbehaviors
{
    IReadOnlyList<KnownMisbehavior> ICatalogSource.Entries => TCatalog.All;
}
