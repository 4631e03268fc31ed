using System.Reflection;
using System.Text.Json.Serialization;
using QemuTest.NUnit;
using QemuTest.QapiGen.Model;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>The complete APIs of real QEMU trees, compiled with warnings as errors.</summary>
[Thorough]
internal sealed class FullApiTests
{
    [Test]
    public async Task The_complete_API_compiles_and_has_all_parts_of_the_schema(
        [Values("10.0", "newest")] string release,
        [Values("qapi/qapi-schema.json", "qga/qapi-schema.json", "storage-daemon/qapi/qapi-schema.json")] string schema)
    {
        FullApi api = await FullApi.LoadAsync(release, schema);

        SchemaCounts compiled = Count(api);

        Assert.That(compiled, Is.EqualTo(new SchemaCounts(api.Schema)));
        TestContext.Out.WriteLine($"{release} {schema}: {compiled}");
    }

    /// <summary>Counts the compiled types by their base types and converters.</summary>
    private static SchemaCounts Count(FullApi api)
    {
        Type[] types = [.. api.Assembly.GetExportedTypes().Where(type => !type.IsNested)];
        HashSet<string> arguments = [.. api.Schema.Entities.OfType<Command>()
            .Where(command => command.Data is { IsImplicit: true }).Select(command => api.Types.NameOf(command.Data!))];
        int events = types.Count(type => type.IsSubclassOf(typeof(QapiEvent)));
        int unions = types.Count(type => ConverterOf(type) == typeof(QapiUnionConverter<>));
        int alternates = types.Count(type => ConverterOf(type) == typeof(QapiAlternateConverter<>));
        int enums = types.Count(type => ConverterOf(type) == typeof(QapiEnumConverter<>));
        int structs = types.Count(type => type is { IsClass: true, IsAbstract: false }
            && type.GetProperty("UnknownMembers") is not null
            && !type.IsSubclassOf(typeof(QapiEvent)) && !arguments.Contains(type.Name));
        int commands = api.Find("QmpCommands").GetMethods(BindingFlags.Static | BindingFlags.Public).Length;
        return new SchemaCounts(commands, events, structs, enums, unions, alternates);
    }

    private static Type? ConverterOf(Type type)
    {
        Type? converter = type.GetCustomAttribute<JsonConverterAttribute>(inherit: false)?.ConverterType;
        if (converter is { IsGenericType: true })
            return converter.GetGenericTypeDefinition();
        return converter?.BaseType is { IsGenericType: true } parent ? parent.GetGenericTypeDefinition() : null;
    }
}
