using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.QapiGen.Tests;

/// <summary>Compiles generated code with warnings as errors, and loads it.</summary>
/// <remarks>Compiling a complete API takes minutes, so the result is kept in the user's cache for the same text, the same packages
/// and the same settings.</remarks>
internal static class ApiCompiler
{
    private static readonly Assembly[] Packages = [typeof(IQmpExecutor).Assembly, typeof(QapiServer).Assembly];

    /// <param name="files">The text of each source file by name.</param>
    /// <param name="analyze">Whether the trimming analyzers run too.</param>
    public static async Task<Assembly> CompileAsync(IReadOnlyDictionary<string, string> files, bool analyze)
    {
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
              <ItemGroup>{string.Concat(Packages.Select(package => $"<Reference Include=\"{package.Location}\" />"))}</ItemGroup>
            </Project>
            """;
        string key = Key(
        [
            project,
            .. Packages.Select(package => package.ManifestModule.ModuleVersionId.ToString()),
            .. files.SelectMany(file => new[] { file.Key, file.Value }),
        ]);
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

        return new IsolatedApi(assembly).Main;
    }

    private static string Key(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..16];

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "qemu-test");
}
