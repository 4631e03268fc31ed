using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using QemuTest.QapiGen.CSharp;
using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.Tests;

/// <summary>The complete API of a QEMU source tree: generated, compiled with warnings as errors, and loaded.</summary>
internal sealed class FullApi
{
    public const string Namespace = "Full.Qapi";
    public const string HandlersNamespace = "Full.Handlers";

    private static readonly ConcurrentDictionary<(string, string), Lazy<Task<FullApi>>> Loaded = [];

    private readonly JsonSerializerContext _context;

    private FullApi(Schema schema, Assembly assembly)
    {
        Schema = schema;
        Assembly = assembly;
        Types = new CSharpTypes(schema, Namespace);
        _context = (JsonSerializerContext)assembly.GetType($"{Namespace}.QapiJsonContext", throwOnError: true)!
            .GetProperty("Default", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
    }

    public Schema Schema { get; }

    public Assembly Assembly { get; }

    public CSharpTypes Types { get; }

    /// <summary>Gets the API of one schema of a release.</summary>
    public static async Task<FullApi> LoadAsync(string release, string schema)
    {
        string tree = await Checkout.QemuSourceAsync(release);
        return await Loaded.GetOrAdd((release, schema), _ => new(() => BuildAsync(Path.Combine(tree, schema)))).Value;
    }

    public JsonTypeInfo JsonOf(SchemaType type) =>
        (JsonTypeInfo)_context.GetType().GetProperty(Types.JsonName(type))!.GetValue(_context)!;

    public JsonTypeInfo JsonOf(Type type) => _context.GetTypeInfo(type)!;

    public Type Handlers => Assembly.GetType($"{HandlersNamespace}.QmpCommandHandlers", throwOnError: true)!;

    public Type Find(string name) => Assembly.GetType($"{Namespace}.{name}", throwOnError: true)!;

    private static async Task<FullApi> BuildAsync(string schema)
    {
        Schema model = Schema.Load(schema);
        var backend = new CSharpBackend(model, Namespace, isStrict: true);
        // The guest agent's API is small enough for the trimming analyzers.
        bool analyze = schema.Contains("qga", StringComparison.Ordinal);
        return new FullApi(model, await ApiCompiler.CompileAsync(
            backend.WriteApi().Concat(backend.WriteHandlers(HandlersNamespace)).ToDictionary(), analyze));
    }
}
