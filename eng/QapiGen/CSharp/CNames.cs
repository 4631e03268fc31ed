using System.Text;
using QemuTest.QapiGen.Checks;
using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>The names that QEMU's C code has for enum values: PREFIX_NAME.</summary>
internal static class CNames
{
    /// <summary>The constant of one value. The prefix is the type's name in capitals, unless the schema sets another.</summary>
    public static string Constant(EnumType type, string value) =>
        $"{type.Prefix ?? InCapitals(type.Name)}_{Names.InC(value).ToUpperInvariant()}";

    /// <summary>CamelCase as CAMEL_CASE. A run of capitals is one word; its last capital starts the next word when
    /// a small letter follows, except that a word of one letter is never split off the front.</summary>
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
