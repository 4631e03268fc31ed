using NUnit.Framework;

namespace QemuTest.NUnit;

/// <summary>The catalogs of known misbehaviors that apply to a test.</summary>
internal static class Catalogs
{
    /// <summary>Gets the entries of the catalogs of a fixture and its assembly that are for the areas of the running test.</summary>
    public static IReadOnlyList<KnownMisbehavior> For(Type fixture)
    {
        HashSet<string> areas = [.. TestContext.CurrentContext.Test.AllPropertyValues(AreaAttribute.Property).OfType<string>()];
        return
        [
            .. fixture.GetCustomAttributes(inherit: true)
                .Concat(fixture.Assembly.GetCustomAttributes(inherit: false))
                .OfType<ICatalogSource>()
                .SelectMany(source => source.Entries)
                .Where(known => known.Areas.Count == 0 || known.Areas.Any(areas.Contains)),
        ];
    }
}
