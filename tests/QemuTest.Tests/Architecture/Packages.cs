using QemuTest.Dependencies;

namespace QemuTest.Tests.Architecture;

/// <summary>The packages of this checkout and what each may depend on. docs/architecture.md explains the table.</summary>
internal static class Packages
{
    /// <summary>One package.</summary>
    /// <param name="Folder">Its folder below <c>QemuTest/</c>.</param>
    /// <param name="Assembly">Its assembly.</param>
    /// <param name="Projects">The projects that it may reference.</param>
    /// <param name="External">The external packages that it may use.</param>
    public sealed record Package(string Folder, string Assembly, string[] Projects, string[] External)
    {
        public string Path => System.IO.Path.Combine(Checkout.Root, "QemuTest", Folder);

        public override string ToString() => Assembly;
    }

    /// <summary>All packages, lowest first.</summary>
    public static IReadOnlyList<Package> All { get; } =
    [
        new("Qmp", "QemuTest.Qmp", [], []),
        new("QmpTesting", "QemuTest.Qmp.Testing", ["QemuTest.Qmp"], []),
        new("Core", "QemuTest", ["QemuTest.Qmp"], ["CliWrap", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core", "SharpCompress", "System.IO.Hashing"]),
        new("NUnit", "QemuTest.NUnit", ["QemuTest"], ["Microsoft.Extensions.Logging.Abstractions", "NUnit", "System.IO.Hashing"]),
        new("Vfio", "QemuTest.Vfio", ["QemuTest.NUnit"], ["Microsoft.Extensions.Logging.Abstractions", "NUnit"]),
        new("Tool", "qemu-test", ["QemuTest.Vfio", "QapiGen", "TapLogger"], ["Spectre.Console", "System.CommandLine"]),
    ];

    /// <summary>What the compiled packages know of each other and of external assemblies.</summary>
    public static Lazy<DependencyGraph> Graph { get; } = new(() => DependencyGraph.Read(
        All.Select(package => (package.Path, System.IO.Path.Combine(AppContext.BaseDirectory, package.Assembly + ".dll")))));
}
