using System.Text.RegularExpressions;
using QemuTest.NUnit;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Tests;

/// <summary>QEMU's own conformance schemas, read from its source tree.</summary>
[Thorough]
internal sealed partial class ConformanceTests
{
    [TestCase("10.0")]
    [TestCase("newest")]
    public async Task QEMUs_conformance_schemas_get_the_same_verdict_line_and_message(string release)
    {
        string folder = Path.Combine(await Checkout.QemuSourceAsync(release), "tests", "qapi-schema");
        string[] names = [.. Listed().Matches(await File.ReadAllTextAsync(Path.Combine(folder, "meson.build")))
            .Select(match => match.Groups[1].Value).Distinct()];
        int refused = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (string name in names)
            {
                (string listing, string error) = Load(folder, name);
                string golden = await File.ReadAllTextAsync(Path.Combine(folder, name + ".err"));
                string expected = golden.Length > 0 ? GoldenError.OnOneLine(golden) : "";
                Assert.That(error, Is.EqualTo(expected), name);
                if (golden.Length > 0)
                    refused++;
                else
                    Assert.That(listing, Is.EqualTo(await ReadListingAsync(Path.Combine(folder, name + ".out"))), name);
            }
        }

        Assert.That(names, Has.Length.GreaterThanOrEqualTo(200));
        Assert.That(refused, Is.InRange(190, names.Length - 8));
        TestContext.Out.WriteLine($"{names.Length} schemas, {refused} refused");
    }

    private static (string Listing, string Error) Load(string folder, string name)
    {
        string prefix = folder + Path.DirectorySeparatorChar;
        try
        {
            return (SchemaListing.Of(Schema.Load(prefix + name + ".json")), "");
        }
        catch (SchemaException problem)
        {
            return ("", problem.Render().Replace(prefix, "", StringComparison.Ordinal) + "\n");
        }
    }

    /// <summary>Gets a golden listing without its include lines, which repeat the module lines.</summary>
    public static async Task<string> ReadListingAsync(string path) => SchemaListing.WithoutIncludes(await File.ReadAllTextAsync(path));

    [GeneratedRegex(@"'([\w-]+)\.json'")]
    private static partial Regex Listed();
}
