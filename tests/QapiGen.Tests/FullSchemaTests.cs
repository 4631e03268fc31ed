using CliWrap;
using CliWrap.Buffered;
using QemuTest.NUnit;
using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.Tests;

/// <summary>QEMU's complete schemas, compared with QEMU's own generator.</summary>
[Thorough]
internal sealed class FullSchemaTests
{
    private const string Listing = """
        import sys, importlib
        sys.path[:0] = ['scripts', 'tests/qapi-schema']
        importlib.import_module('test-qapi').test_frontend(sys.argv[1])
        """;

    private static readonly string[] Schemas =
        ["qapi/qapi-schema.json", "qga/qapi-schema.json", "storage-daemon/qapi/qapi-schema.json"];

    [Test]
    public async Task A_complete_schema_is_read_like_in_QEMUs_generator(
        [Values("10.0", "newest")] string release, [ValueSource(nameof(Schemas))] string schema)
    {
        string tree = await Checkout.QemuSourceAsync(release);
        BufferedCommandResult python = await Cli.Wrap("python3").WithArguments(["-c", Listing, schema])
            .WithWorkingDirectory(tree).WithEnvironmentVariables(e => e.Set("PYTHONDONTWRITEBYTECODE", "1"))
            .ExecuteBufferedAsync();
        string expected = SchemaListing.WithoutIncludes(python.StandardOutput);

        Schema read = Schema.Load(Path.Combine(tree, schema));
        string actual = SchemaListing.Of(read);

        Assert.That(actual, Is.EqualTo(expected));
        TestContext.Out.WriteLine($"{release} {schema}: {new SchemaCounts(read)}");
    }
}
