using System.Xml.Linq;
using QemuTest.NUnit;

namespace QemuTest.Tests.Architecture;

/// <summary>Project references lead down only, and each external package has its place.</summary>
[Quick]
public sealed class PackageTests
{
    // An assembly whose name differs from that of its package.
    private static readonly Dictionary<string, string> PackageOfAssembly = new() { ["nunit.framework"] = "NUnit", ["Spectre.Console.Ansi"] = "Spectre.Console" };

    private static IEnumerable<string> Folders => Packages.All.Select(package => package.Folder);

    [Test]
    public void Every_project_below_QemuTest_has_a_row()
    {
        string[] folders = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "QemuTest"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetFileName(Path.GetDirectoryName(project)!))];

        Assert.That(folders, Is.EquivalentTo(Folders), "a new package needs a row in Packages.cs and in docs/architecture.md");
    }

    [TestCaseSource(nameof(Folders))]
    public void A_project_references_only_the_packages_below_it(string folder)
    {
        Packages.Package package = Find(folder);
        string[] references = [.. Items(package, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

        Assert.That(references, Is.SubsetOf(package.Projects));
    }

    [TestCaseSource(nameof(Folders))]
    public void A_project_references_only_its_own_external_packages(string folder)
    {
        Packages.Package package = Find(folder);

        Assert.That(Items(package, "PackageReference"), Is.SubsetOf(package.External));
    }

    [TestCaseSource(nameof(Folders))]
    public void Compiled_code_uses_only_the_external_packages_of_its_project(string folder)
    {
        Packages.Package package = Find(folder);
        string[] projects = [.. Packages.All.Select(other => other.Assembly), "QapiGen", "QemuTest.Tap.TestLogger"];
        string[] used = [.. Packages.Graph.Value.ExternalAssemblies[package.Folder]
            .Where(assembly => !IsFramework(assembly) && !projects.Contains(assembly))
            .Select(assembly => PackageOfAssembly.GetValueOrDefault(assembly, assembly))];

        Assert.That(used, Is.SubsetOf(package.External));
    }

    [Test]
    public void The_uses_are_really_read()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Packages.Graph.Value.ExternalAssemblies["Core"], Does.Contain("CliWrap"));
            Assert.That(Packages.Graph.Value.ExternalAssemblies["NUnit"], Does.Contain("nunit.framework"));
            Assert.That(Packages.Graph.Value.Packages()["Vfio"], Does.Contain("NUnit").And.Contain("Core"));
        }
    }

    private static Packages.Package Find(string folder) => Packages.All.Single(package => package.Folder == folder);

    // A private package, such as an analyzer, serves the build alone.
    private static IEnumerable<string> Items(Packages.Package package, string kind) =>
        Directory.EnumerateFiles(package.Path, "*.csproj")
            .SelectMany(project => XDocument.Load(project).Descendants(kind))
            .Where(item => !string.Equals((string?)item.Attribute("PrivateAssets"), "all", StringComparison.OrdinalIgnoreCase))
            .Select(item => (string)item.Attribute("Include")!);

    private static bool IsFramework(string assembly) =>
        (assembly.StartsWith("System.", StringComparison.Ordinal) && assembly is not ("System.IO.Hashing" or "System.CommandLine"))
        || assembly.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)
        || assembly is "System" or "netstandard" or "mscorlib";
}
