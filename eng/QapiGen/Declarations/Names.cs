using System.Text.RegularExpressions;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>The rules for names. A name can start with a downstream prefix and with <c>x-</c>. The rules for case apply
/// to the rest, the stem.</summary>
internal static partial class Names
{
    /// <summary>Gets the name in C: other characters than letters and digits become <c>_</c>.</summary>
    public static string InC(string name) => NotInC().Replace(name, "_");

    public static void CheckDefinition(Origin definition, Pragmas pragmas)
    {
        (_, string meta, string name) = definition;
        string stem = Stem(definition, name, meta);
        switch (meta)
        {
            case "event":
                if (LowerOrHyphen().IsMatch(stem))
                    throw new SchemaException(definition, $"name of {meta} must not use lowercase or '-'");
                break;
            case "command":
                CheckLowerStem(definition, stem, meta, upperAllowed: false, pragmas.CommandNames.Contains(name));
                break;
            default:
                if (!CamelCase().IsMatch(stem))
                    throw new SchemaException(definition, $"name of {meta} must use CamelCase");
                if (name.EndsWith("List", StringComparison.Ordinal))
                    throw new SchemaException(definition, $"{meta} name should not end in 'List'");
                break;
        }
    }

    /// <summary>Checks for lower case: the rule for members, enum values and features, unless a pragma allows more.</summary>
    public static void CheckLower(Origin definition, string name, string what, bool permissive = false) =>
        CheckLowerStem(definition, Stem(definition, name, what), what, permissive, permissive);

    private static void CheckLowerStem(Origin definition, string stem, string what, bool upperAllowed, bool underscoreAllowed)
    {
        if ((!upperAllowed && stem.Any(char.IsAsciiLetterUpper)) || (!underscoreAllowed && stem.Contains('_')))
            throw new SchemaException(definition, $"name of {what} must not use uppercase or '_'");
    }

    private static string Stem(Origin definition, string name, string what)
    {
        Match match = Valid().Match(name);
        if (!match.Success || InC(name).StartsWith("q_", StringComparison.Ordinal))
            throw new SchemaException(definition, $"{what} has an invalid name");
        return match.Groups["stem"].Value;
    }

    [GeneratedRegex("^(__[A-Za-z0-9.-]+_)?([xX]-)?(?<stem>[A-Za-z][A-Za-z0-9_-]*)$")]
    private static partial Regex Valid();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$")]
    private static partial Regex CamelCase();

    [GeneratedRegex("[a-z-]")]
    private static partial Regex LowerOrHyphen();

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInC();
}
