using System.Text;
using QemuTest.NUnit;

namespace QemuTest.QapiGen.Tests;

/// <summary>One schema for each rule: exit code, line and message, and no output.</summary>
[Quick]
internal sealed class NegativeSchemaTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        string[] lines = File.ReadAllLines(Checkout.At("tests", "QapiGen.Tests", "NegativeSchemas.txt"));
        foreach (int start in Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("== ", StringComparison.Ordinal)))
        {
            Dictionary<string, StringBuilder> files = new() { ["schema.json"] = new() };
            StringBuilder current = files["schema.json"];
            int i = start + 1;
            for (; !lines[i].StartsWith("-- ", StringComparison.Ordinal); i++)
            {
                if (lines[i].StartsWith("++ ", StringComparison.Ordinal))
                    files.Add(lines[i][3..], current = new());
                else
                    current.Append(lines[i]).Append('\n');
            }

            string message = string.Concat(lines.Skip(i).TakeWhile(line => line.StartsWith("-- ", StringComparison.Ordinal)).Select(line => line[3..] + "\n"));
            yield return new TestCaseData(files.ToDictionary(file => file.Key, file => file.Value.ToString()), message)
                .SetArgDisplayNames(lines[start][3..]);
        }
    }

    [Test]
    public void There_are_at_least_120_cases() => Assert.That(Cases().Count(), Is.GreaterThanOrEqualTo(120));

    [TestCaseSource(nameof(Cases))]
    public void The_error_has_the_line_and_the_reason(Dictionary<string, string> files, string message)
    {
        using Scratch scratch = new();
        foreach ((string name, string text) in files)
            scratch.Write(name, text);

        (int exit, string error) = scratch.Generate();

        Assert.That(error, Is.EqualTo(message));
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(Directory.Exists(scratch.Output), Is.False, "something was written");
    }

    [Test]
    public void Deep_nesting_is_refused_and_does_not_overflow_the_stack()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", new string('[', 1_000_000));

        Assert.That(scratch.Generate(), Is.EqualTo((1, "schema.json:1: nested more than 100 levels deep (column 101)\n")));
    }

    [Test]
    public void A_long_chain_of_bases_is_refused_and_does_not_overflow_the_stack()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", string.Concat(Enumerable.Range(0, 100_000)
            .Select(i => $"{{ 'struct': 'Foo{i}', 'base': 'Foo{i + 1}', 'data': {{}} }}\n")));

        (int exit, string error) = scratch.Generate();

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(error, Does.Match(@"^schema.json:\d+: In struct 'Foo\d+': object Foo\d+ contains too long a chain of types\n$"));
    }

    [Test]
    public void A_file_that_is_not_UTF_8_is_refused_at_its_line()
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("schema.json"), [.. "# fine\n# \n# "u8, 0xff, (byte)'\n']);

        Assert.That(scratch.Generate(), Is.EqualTo((1, "schema.json:3: not valid UTF-8\n")));
    }

    [Test]
    public void An_enum_value_without_letters_is_refused()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", "{ 'enum': 'Foo', 'data': [ '' ] }");

        Assert.That(scratch.Generate(), Is.EqualTo((1, "schema.json:1: In enum 'Foo': 'data' member '' has an invalid name\n")));
    }

    [Test]
    public void The_error_for_a_missing_schema_names_it()
    {
        using Scratch scratch = new();

        Assert.That(scratch.Generate(),
            Is.EqualTo((1, "schema.json:1: can't read schema file 'schema.json': No such file or directory\n")));
    }

    [Test]
    public void The_error_for_an_invalid_namespace_names_it()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", "");

        (int exit, string error) = scratch.Generate("My Name");

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("'My Name' is not a C# namespace"));
    }

    [Test]
    public void An_empty_schema_is_valid()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", "# nothing\r\n\r\n");

        Assert.That(scratch.Generate(), Is.EqualTo((0, "")));
    }
}
