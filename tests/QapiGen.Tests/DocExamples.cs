using System.Text.Json;
using System.Text.RegularExpressions;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Tests;

/// <summary>One message in an example: sent (<c>-></c>) or received (<c>&lt;-</c>).</summary>
internal sealed record DocMessage(string Definition, int Number, bool Sent, string Text)
{
    public string Id => $"{Definition} #{Number}";
}

/// <summary>Finds the QMP examples in documentation comments.</summary>
internal static partial class DocExamples
{
    public static IEnumerable<DocMessage[]> In(DocComment doc)
    {
        int number = 0;
        foreach (DocSection section in doc.Sections)
        {
            string[] lines = section.Text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (!Directive().IsMatch(lines[i]))
                    continue;
                int margin = Indent(lines[i]);
                string[] block = [.. lines.Skip(i + 1).TakeWhile(line => line.Length == 0 || Indent(line) > margin)];
                List<DocMessage> messages = [];
                foreach ((bool sent, string text) in Messages(block))
                    messages.Add(new DocMessage(doc.Symbol ?? "text", ++number, sent, text));
                yield return [.. messages];
            }
        }
    }

    /// <summary>Finds the messages. A message starts with an arrow and continues while lines have a deeper indentation.</summary>
    private static IEnumerable<(bool Sent, string Text)> Messages(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (Arrow().Match(lines[i]) is not { Success: true } arrow)
                continue;
            int margin = Indent(lines[i]);
            IEnumerable<string> rest = lines.Skip(i + 1).TakeWhile(line => line.Length == 0 || Indent(line) > margin);
            yield return (arrow.Groups[1].Value == "->", string.Join('\n', rest.Prepend(lines[i][arrow.Length..])).Trim());
        }
    }

    /// <summary>Gets the JSON of a message, or its fault.</summary>
    public static (JsonElement Json, string? Fault) Parse(string text)
    {
        try
        {
            return (JsonDocument.Parse(text).RootElement, null);
        }
        catch (JsonException) when (text.Contains("...", StringComparison.Ordinal))
        {
            return (default, "shortened by '...'");
        }
        catch (JsonException problem)
        {
            return (default, "no JSON: " + problem.Message.Split(". ")[0]);
        }
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex(@"^ *\.\. +qmp-example::")]
    private static partial Regex Directive();

    [GeneratedRegex("^ *(->|<-) *")]
    private static partial Regex Arrow();
}
