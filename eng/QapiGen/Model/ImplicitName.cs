namespace QemuTest.QapiGen.Model;

/// <summary>The names of implicit types: the arguments of a command, the common members of a union.</summary>
internal static class ImplicitName
{
    public const string Empty = "q_empty";

    private const string Prefix = "q_obj_";
    private const string Arguments = "-arg";
    private const string Base = "-base";

    public static string ForArguments(string definition) => Prefix + definition + Arguments;

    public static string ForBase(string definition) => Prefix + definition + Base;

    public static string? OfArguments(string name) => Inside(name, Arguments);

    public static string? OfBase(string name) => Inside(name, Base);

    private static string? Inside(string name, string suffix) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal)
            ? name[Prefix.Length..^suffix.Length]
            : null;
}
