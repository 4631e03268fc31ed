using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>Checks the mandatory and optional keys of an object.</summary>
internal static class Keys
{
    public static void Check(
        Origin definition, ObjectValue value, string source, string[] required, string[] optional)
    {
        string[] missing = [.. required.Where(key => !value.Has(key))];
        if (missing.Length > 0)
            throw new SchemaException(definition, $"{source} misses key{Plural(missing)} {List(missing)}");
        string[] allowed = [.. required, .. optional];
        string[] unknown = [.. value.Members.Select(member => member.Key).Except(allowed)];
        if (unknown.Length > 0)
            throw new SchemaException(definition,
                $"{source} has unknown key{Plural(unknown)} {List(unknown)}. Valid keys are {List(allowed)}.");
    }

    private static string Plural(string[] keys) => keys.Length > 1 ? "s" : "";

    private static string List(string[] keys) =>
        string.Join(", ", keys.Order(StringComparer.Ordinal).Select(key => $"'{key}'"));
}
