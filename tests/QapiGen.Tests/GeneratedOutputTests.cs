using QemuTest.NUnit;

namespace QemuTest.QapiGen.Tests;

/// <summary>The generated code: the committed files and the rules of the mapping.</summary>
[Quick]
internal sealed class GeneratedOutputTests
{
    [Test]
    public void The_committed_output_matches_the_schema()
    {
        using Scratch scratch = new();
        StringWriter error = new();
        string schema = Checkout.At("eng", "QapiGen", "schema", "qmp.json");
        GeneratedCode handlers = new(scratch.At("handlers"), "QemuTest.Qmp.Testing");
        Assert.That(QapiGenerator.Run(schema, new(scratch.Output, "QemuTest.Qmp"), handlers, error), Is.Zero, error.ToString());

        Assert.That(Texts(Checkout.At("QemuTest", "Qmp", "Generated")), Is.EqualTo(Texts(scratch.Output)),
            "run eng/generate-qapi.sh and commit its output");
        Assert.That(Texts(Checkout.At("QemuTest", "QmpTesting", "Generated")), Is.EqualTo(Texts(handlers.Folder)),
            "run eng/generate-qapi.sh and commit its output");
    }

    [Test]
    public void The_same_schema_gives_the_same_output()
    {
        const string Schema = "{ 'enum': 'Foo', 'data': [ 'a' ] } { 'command': 'foo', 'data': { 'a': 'Foo' } }";
        using Scratch one = new();
        using Scratch two = new();

        Assert.That(one.Generated(Schema), Is.EqualTo(two.Generated(Schema)));
    }

    [Test]
    public void An_old_generated_file_is_deleted_and_another_file_stays()
    {
        using Scratch scratch = new();
        scratch.Generated("{ 'event': 'FOO' }");
        File.WriteAllText(Path.Combine(scratch.Output, "Own.cs"), "// by hand");
        Assert.That(File.Exists(Path.Combine(scratch.Output, "Schema.Events.cs")));

        scratch.Generated("{ 'command': 'foo' }");

        Assert.That(File.Exists(Path.Combine(scratch.Output, "Schema.Events.cs")), Is.False);
        Assert.That(File.Exists(Path.Combine(scratch.Output, "Own.cs")));
    }

    [Test]
    public void Handlers_are_only_generated_on_request_and_only_into_a_folder_of_their_own()
    {
        using Scratch scratch = new();
        string api = scratch.Generated("{ 'command': 'foo' }");
        GeneratedCode handlers = new(scratch.At("handlers"), "Generated.Testing");

        Assert.That(scratch.Generate(handlers: handlers), Is.EqualTo((0, "")));
        (int exit, string error) = scratch.Generate(handlers: handlers with { Folder = scratch.Output + "/" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(api, Does.Contain("FooAsync").And.Not.Contain("Handlers"));
            Assert.That(Texts(handlers.Folder).Keys, Is.EquivalentTo(new[] { "Schema.Handlers.cs", "QmpCommandHandlers.cs" }));
            Assert.That(exit, Is.EqualTo(1));
            Assert.That(error, Does.Contain("use two folders"));
            Assert.That(Texts(scratch.Output).Keys, Does.Contain("Schema.Commands.cs"));
        }
    }

    [TestCase("'ENUMName'", "", "ENUM_NAME_A_B")]
    [TestCase("'EnumName1'", "", "ENUM_NAME1_A_B")]
    [TestCase("'MyEnum'", "", "MY_ENUM_A_B")]
    [TestCase("'Enum24Name'", "", "ENUM24_NAME_A_B")]
    [TestCase("'MyEnum'", ", 'prefix': 'OTHER'", "OTHER_A_B")]
    public void An_enum_constant_is_PREFIX_NAME_numbered_in_schema_order(string name, string prefix, string constant)
    {
        using Scratch scratch = new();

        string code = scratch.Generated($"{{ 'enum': {name}, 'data': [ '0', 'a-b' ]{prefix} }}");

        Assert.That(code, Does.Contain($"[QapiConstant(\"{constant}\", 1)]"));
        Assert.That(code, Does.Contain($"[QapiConstant(\"{constant.Replace("A_B", "0", StringComparison.Ordinal)}\", 0)]"));
        Assert.That(code, Does.Contain($"[QapiConstant(\"{constant.Replace("A_B", "_MAX", StringComparison.Ordinal)}\", 2)]"));
    }

    [TestCase("'event': 'str'", "string event_,")]
    [TestCase("'qmp': 'str'", "string qmp_,")]
    [TestCase("'missing-members': 'str'", "required string MissingMembers_\n")]
    [TestCase("'clone': 'str'", "required string Clone_\n")]
    [TestCase("'foo-arguments': 'str'", "required string FooArguments_\n")]
    [TestCase("'a1-2': 'size'", "required ulong A1_2\n")]
    [TestCase("'*any': 'any'", "JsonElement? Any ")]
    [TestCase("'*list': [ 'int' ]", "IReadOnlyList<long>? list = null")]
    [TestCase("'__com.example_a': 'bool'", "required bool ComExampleA\n")]
    public void A_name_becomes_PascalCase_and_gets_an_underscore_if_it_is_used(string member, string expected)
    {
        using Scratch scratch = new();

        Assert.That(scratch.Generated($"{{ 'command': 'foo', 'data': {{ {member} }} }}"), Does.Contain(expected));
    }

    [Test]
    public void Features_and_conditions_become_attributes()
    {
        using Scratch scratch = new();

        string code = scratch.Generated("""
            { 'enum': 'Foo', 'data': [ { 'name': 'a', 'features': [ 'unstable' ] }, { 'name': 'b', 'if': { 'not': 'C' } } ] }
            { 'struct': 'Bar', 'data': { 'a': { 'type': 'int', 'features': [ 'deprecated' ] } },
              'if': { 'any': [ 'A', { 'all': [ 'B', 'C' ] } ] } }
            { 'command': 'foo', 'features': [ 'unstable', { 'name': 'new', 'if': 'D' } ] }
            """);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Does.Contain("[QapiFeature(\"unstable\")]\n    [Experimental(\"QAPI_UNSTABLE\")]\n    public static Foo A "));
            Assert.That(code, Does.Contain("[QapiCondition(\"!C\")]\n    public static Foo B "));
            Assert.That(code, Does.Contain("[QapiFeature(\"deprecated\")]\n    [Obsolete("));
            Assert.That(code, Does.Contain("[QapiCondition(\"A || (B && C)\")]\n[JsonConverter(typeof(QapiObjectConverter<Bar>))]\npublic sealed record Bar :"));
            Assert.That(code, Does.Contain("[QapiFeature(\"new\", Condition = \"D\")]"));
        }
    }

    private static Dictionary<string, string> Texts(string folder) =>
        Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
