using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CliWrap;
using CliWrap.Buffered;
using QemuTest.QapiGen.CSharp;
using QemuTest.QapiGen.Model;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>The complete API of a QEMU source tree: generated, compiled with warnings as errors, and loaded.</summary>
/// <remarks>Compiling takes minutes, so what came out is kept in the user's cache for the same generated text, the
/// same library and the same settings.</remarks>
internal sealed class FullApi
{
    private const string Namespace = "Full.Qapi";

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

    /// <summary>The API of one schema of a release.</summary>
    public static async Task<FullApi> LoadAsync(string release, string schema)
    {
        string tree = await Checkout.QemuSourceAsync(release);
        return await Loaded.GetOrAdd((release, schema), _ => new(() => BuildAsync(Path.Combine(tree, schema)))).Value;
    }

    public JsonTypeInfo JsonOf(SchemaType type) =>
        (JsonTypeInfo)_context.GetType().GetProperty(Types.JsonName(type))!.GetValue(_context)!;

    public JsonTypeInfo JsonOf(Type type) => _context.GetTypeInfo(type)!;

    public Type Find(string name) => Assembly.GetType($"{Namespace}.{name}", throwOnError: true)!;

    private static async Task<FullApi> BuildAsync(string schema)
    {
        Schema model = Schema.Load(schema);
        IReadOnlyDictionary<string, string> files = CSharpBackend.Write(model, Namespace);
        string library = typeof(IQmpExecutor).Assembly.Location;
        // The guest agent's API is small enough to be looked at by the trimming analyzers too.
        bool analyze = schema.Contains("qga", StringComparison.Ordinal);
        string project = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <AssemblyName>Full.Qapi</AssemblyName>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <AnalysisLevel>latest-recommended</AnalysisLevel>
                <IsAotCompatible>{analyze}</IsAotCompatible>
                <RunAnalyzers>{analyze}</RunAnalyzers>
              </PropertyGroup>
              <ItemGroup><Reference Include="{library}" /></ItemGroup>
            </Project>
            """;
        string key = Key([project, typeof(IQmpExecutor).Module.ModuleVersionId.ToString(), .. files.SelectMany(file => new[] { file.Key, file.Value })]);
        string folder = Path.Combine(CacheFolder(), "qapi-api", key);
        string assembly = Path.Combine(folder, "bin", "Full.Qapi.dll");
        if (!File.Exists(assembly))
        {
            OutputFolder.Write(Path.Combine(folder, "source"), files);
            await File.WriteAllTextAsync(Path.Combine(folder, "source", "Full.csproj"), project);
            BufferedCommandResult build = await Cli.Wrap("dotnet")
                .WithArguments(["build", Path.Combine(folder, "source", "Full.csproj"), "-o", Path.Combine(folder, "built"), "--nologo", "-nodeReuse:false"])
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
            Assert.That(build.ExitCode, Is.Zero, build.StandardOutput);
            Directory.Move(Path.Combine(folder, "built"), Path.Combine(folder, "bin"));
            Directory.Delete(Path.Combine(folder, "source"), recursive: true);
        }

        return new FullApi(model, new IsolatedApi(assembly).Main);
    }

    private static string Key(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..16];

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "qemu-test");
}
