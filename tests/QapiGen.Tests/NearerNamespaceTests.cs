using System.Reflection;
using QemuTest.NUnit;
using QemuTest.QapiGen.CSharp;
using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.Tests;

/// <summary>A user's own generated API beside the one in the package, as docs/qapi.md describes it.</summary>
[Thorough]
internal sealed class NearerNamespaceTests
{
    private const string Usage = """
        namespace Some.Tests;

        using Full.Qapi;

        /// <summary>A test of a user.</summary>
        public static class Usage
        {
            /// <summary>Uses a type and a command with names that both APIs have.</summary>
            /// <param name="monitor">The monitor.</param>
            public static System.Threading.Tasks.Task<StatusInfo> AskAsync(IQmpExecutor monitor) => monitor.QueryStatusAsync();
        }
        """;

    [Test]
    public async Task A_using_after_the_namespace_line_selects_the_generated_API()
    {
        using Scratch scratch = new();
        scratch.Write("schema.json", "{ 'struct': 'StatusInfo', 'data': { 'mood': 'str' } } { 'command': 'query-status', 'returns': 'StatusInfo' }");
        CSharpBackend backend = new(Schema.Load(scratch.At("schema.json")), FullApi.Namespace);
        Dictionary<string, string> files = new(backend.WriteApi().Concat(backend.WriteHandlers(FullApi.HandlersNamespace)))
        {
            ["GlobalUsings.cs"] = "global using QemuTest.Qmp;",
            ["Usage.cs"] = Usage,
        };

        Assembly compiled = await ApiCompiler.CompileAsync(files, analyze: false);

        Type own = compiled.GetType($"{FullApi.Namespace}.StatusInfo", throwOnError: true)!;
        Assert.That(compiled.GetType("Some.Tests.Usage")!.GetMethod("AskAsync")!.ReturnType.GenericTypeArguments, Is.EqualTo(new[] { own }));
        Assert.That(
            compiled.GetType($"{FullApi.HandlersNamespace}.QmpCommandHandlers")!.GetMethod("QueryStatusAsync")!.ReturnType.GenericTypeArguments,
            Is.EqualTo(new[] { own }));
    }
}
