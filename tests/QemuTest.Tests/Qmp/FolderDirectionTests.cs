using System.Text.RegularExpressions;
using QemuTest.NUnit;

namespace QemuTest.Tests.Qmp;

/// <summary>The folders of QemuTest.Qmp share one namespace; the source shows that each one uses only those below it.</summary>
[Quick]
public sealed partial class FolderDirectionTests
{
    // Lowest first: the protocol, the base of the generated code, the generated code, queries of the schema.
    private static readonly string[] Folders = ["Client", "Typed", "Generated", "Schema"];

    private static IEnumerable<TestCaseData> Pairs() =>
        from lower in Enumerable.Range(0, Folders.Length)
        from higher in Enumerable.Range(lower + 1, Folders.Length - lower - 1)
        select new TestCaseData(Folders[lower], Folders[higher]);

    [TestCaseSource(nameof(Pairs))]
    public void A_folder_does_not_use_a_higher_one(string lower, string higher)
    {
        HashSet<string> types = [.. Sources(higher).SelectMany(source => Declaration().Matches(source.Code)).Select(match => match.Groups["name"].Value)];
        Assert.That(types, Is.Not.Empty);

        IEnumerable<string> uses =
            from source in Sources(lower)
            from word in Word().Matches(source.Code).Select(match => match.Value).Distinct()
            where types.Contains(word)
            select $"{source.File}: {word}";

        Assert.That(uses, Is.Empty);
    }

    private static IEnumerable<(string File, string Code)> Sources(string folder) => Directory
        .GetFiles(Path.Combine(Checkout.Root, "QemuTest", "Qmp", folder), "*.cs")
        .Select(file => (Path.GetFileName(file), CommentOrText().Replace(File.ReadAllText(file), "")));

    [GeneratedRegex("""//.*|"(\\.|[^"\\])*"|\.\s*\w+""")]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"^(public|internal) [\w ]*(class|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Word();
}
