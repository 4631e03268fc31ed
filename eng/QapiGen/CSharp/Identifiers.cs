using System.Text;

namespace QemuTest.QapiGen.CSharp;

/// <summary>C# names for schema names: words in PascalCase (parameters in camelCase), with an underscore between two adjacent
/// digits and before a leading digit. A keyword or a used name gets an underscore at the end.</summary>
internal static class Identifiers
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const",
        "continue", "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern",
        "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface",
        "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override",
        "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short",
        "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof",
        "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
        "await", "field", "value", "var", "when", "where", "yield", "record", "required", "nameof", "dynamic",
    ];

    public static string Pascal(string name)
    {
        StringBuilder result = new();
        foreach (string word in name.Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (char.IsAsciiDigit(word[0]) && (result.Length == 0 || char.IsAsciiDigit(result[^1])))
                result.Append('_');
            result.Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }

        return result.ToString();
    }

    /// <summary>Converts a name in capitals: EVENT_NAME to EventName.</summary>
    public static string PascalOfCapitals(string name) => Pascal(name.ToLowerInvariant());

    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        string camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return Keywords.Contains(camel) ? camel + "_" : camel;
    }

    /// <summary>Gets a parameter name that must match a property.</summary>
    public static string EscapedCamel(string property)
    {
        string camel = char.ToLowerInvariant(property[0]) + property[1..];
        return Keywords.Contains(camel) ? "@" + camel : camel;
    }

    public static bool IsNamespace(string name) =>
        name.Split('.').All(part => part.Length > 0
            && (char.IsLetter(part[0]) || part[0] == '_')
            && part.All(c => char.IsLetterOrDigit(c) || c == '_')
            && !Keywords.Contains(part));
}
