using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Rocks;
using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Docs;

/// <summary>docs/parity.md names only what there is.</summary>
[Quick]
public sealed partial class ParityTableTests
{
    [Test]
    public void Every_name_in_the_table_exists()
    {
        IReadOnlySet<string> known = KnownNames();
        string[] named = [.. NamedInTables(Table())];
        Assert.That(named, Has.Length.GreaterThan(100), "the tables are read");

        Assert.That(named.Where(name => !known.Contains(name)), Is.Empty);
    }

    [Test]
    public void Each_of_the_45_weaknesses_has_a_row() =>
        Assert.That(Weakness().Matches(Table()).Select(row => int.Parse(row.Groups[1].ValueSpan, null)), Is.EqualTo(Enumerable.Range(1, 45)));

    [Test]
    public void A_name_that_does_not_exist_is_seen()
    {
        const string Rows = "| upstream | here | test | why |\n|---|---|---|---|\n| `x` | `QemuMachine.NoSuch` | `NoSuchTests` | `ignored` |\n";

        Assert.That(NamedInTables(Rows).Except(KnownNames()), Is.EqualTo(new[] { "QemuMachine.NoSuch", "NoSuchTests" }));
    }

    private static string Table() => File.ReadAllText(Path.Combine(Checkout.Root, "docs", "parity.md"));

    // What is ours stands in every column but the first and, where there are more than two, the last.
    private static IEnumerable<string> NamedInTables(string text)
    {
        foreach (string line in text.Split('\n').Where(l => l.StartsWith('|')))
        {
            string[] cells = line.Trim('|').Split('|');
            foreach (Match name in cells[1..^1].SelectMany(cell => CodeName().Matches(cell)))
                yield return name.Groups[1].Value;
        }
    }

    private static HashSet<string> KnownNames()
    {
        var names = new HashSet<string>();
        foreach (string path in new[] { typeof(QemuMachine).Assembly.Location, typeof(ParityTableTests).Assembly.Location, Checkout.Functional })
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (TypeDefinition type in assembly.MainModule.GetAllTypes())
            {
                names.Add(type.Name);
                for (TypeDefinition? declaring = type; declaring is not null; declaring = Base(declaring, assembly))
                    names.UnionWith(Members(declaring).Select(member => $"{type.Name}.{member}"));
                names.UnionWith(type.Methods.Where(m => m.HasBody).SelectMany(m => m.Body.Instructions)
                    .Select(i => i.Operand).OfType<string>().Where(IsVariable));
            }
        }

        return names;
    }

    private static bool IsVariable(string text) => text.StartsWith("QEMU_", StringComparison.Ordinal);

    private static TypeDefinition? Base(TypeDefinition type, AssemblyDefinition assembly) =>
        type.BaseType is { } parent && parent.Scope == assembly.MainModule ? parent.Resolve() : null;

    private static IEnumerable<string> Members(TypeDefinition type) =>
        [.. type.Methods.Select(m => m.Name), .. type.Properties.Select(p => p.Name), .. type.Fields.Select(f => f.Name)];

    [GeneratedRegex(@"^\| (\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Weakness();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeName();
}
