using QemuTest.NUnit;

namespace QemuTest.QapiGen.Tests;

/// <summary>What comes out: the committed files, and the rules of the mapping.</summary>
[Quick]
internal sealed class GeneratedOutputTests
{
    [Test]
    public void The_committed_output_is_what_the_schema_gives()
    {
        using Scratch scratch = new();
        StringWriter error = new();
        string schema = Checkout.At("eng", "QapiGen", "schema", "qmp.json");
        Assert.That(QapiGenerator.Run(schema, scratch.Output, "QemuTest.Qmp.Qapi", error), Is.Zero, error.ToString());

        Assert.That(Texts(Checkout.At("QemuTest", "Qmp", "Generated")), Is.EqualTo(Texts(scratch.Output)),
            "run eng/generate-qapi.sh and commit what it writes");
    }

    [Test]
    public void The_same_schema_gives_the_same_bytes()
    {
        const string Schema = "{ 'enum': 'Foo', 'data': [ 'a' ] } { 'command': 'foo', 'data': { 'a': 'Foo' } }";
        using Scratch one = new();
        using Scratch two = new();

        Assert.That(one.Generated(Schema), Is.EqualTo(two.Generated(Schema)));
    }

    [Test]
    public void A_generated_file_that_is_no_longer_produced_goes_and_another_stays()
    {
        using Scratch scratch = new();
        scratch.Generated("{ 'event': 'FOO' }");
        File.WriteAllText(Path.Combine(scratch.Output, "Own.cs"), "// by hand");
        Assert.That(File.Exists(Path.Combine(scratch.Output, "Schema.Events.cs")));

        scratch.Generated("{ 'command': 'foo' }");

        Assert.That(File.Exists(Path.Combine(scratch.Output, "Schema.Events.cs")), Is.False);
        Assert.That(File.Exists(Path.Combine(scratch.Output, "Own.cs")));
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
    [TestCase("'clone': 'str'", "required string Clone_ ")]
    [TestCase("'foo-arguments': 'str'", "required string FooArguments_ ")]
    [TestCase("'a1-2': 'size'", "required ulong A1_2 ")]
    [TestCase("'*any': 'any'", "JsonElement? Any ")]
    [TestCase("'*list': [ 'int' ]", "IReadOnlyList<long>? list = null")]
    [TestCase("'__com.example_a': 'bool'", "required bool ComExampleA ")]
    public void A_name_becomes_PascalCase_and_steps_back_where_it_is_taken(string member, string expected)
    {
        using Scratch scratch = new();

        Assert.That(scratch.Generated($"{{ 'command': 'foo', 'data': {{ {member} }} }}"), Does.Contain(expected));
    }

    [Test]
    public void Features_and_conditions_stay_as_attributes()
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
            Assert.That(code, Does.Contain("[QapiCondition(\"A || (B && C)\")]\npublic sealed record Bar"));
            Assert.That(code, Does.Contain("[QapiFeature(\"new\", Condition = \"D\")]"));
        }
    }

    private static Dictionary<string, string> Texts(string folder) =>
        Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
