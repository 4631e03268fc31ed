using System.Text;
using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>The names of enum values in QEMU's C code: PREFIX_NAME.</summary>
internal static class CNames
{
    /// <summary>Gets the constant of a value. The default prefix is the type's name in capitals; the schema can set another.</summary>
    public static string Constant(EnumType type, string value) =>
        $"{type.Prefix ?? InCapitals(type.Name)}_{Names.InC(value).ToUpperInvariant()}";

    /// <summary>Converts CamelCase to CAMEL_CASE. A run of capitals is one word; its last capital starts the next word if a lower-case
    /// letter follows. The first word has at least two letters.</summary>
    public static string InCapitals(string camelCase)
    {
        StringBuilder words = new();
        bool inCapitals = char.IsUpper(camelCase[0]);
        words.Append(camelCase[0]);
        foreach (char c in camelCase.AsSpan(1))
        {
            bool capital = char.IsUpper(c);
            if (inCapitals && !capital && words.Length > 2 && char.IsLetterOrDigit(words[^2]))
                words.Insert(words.Length - 1, '_');
            else if (!inCapitals && capital && char.IsLetterOrDigit(words[^1]))
                words.Append('_');
            words.Append(c);
            inCapitals = capital;
        }

        return Names.InC(words.ToString().ToUpperInvariant()).TrimStart('_');
    }
}
