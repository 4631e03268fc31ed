using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace QemuTest.Dependencies;

/// <summary>Which class knows which, read from compiled assemblies; folders and packages follow from where their classes are.</summary>
internal sealed class DependencyGraph
{
    private readonly Dictionary<string, (string Folder, string Package)> _places = [];
    private readonly Dictionary<string, HashSet<string>> _known = [];
    private readonly Dictionary<string, HashSet<string>> _external = [];

    private DependencyGraph()
    {
    }

    /// <summary>Each class and the other classes that it knows.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Classes => _known;

    /// <summary>Each package and the assemblies outside the graph that its code mentions.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> ExternalAssemblies => _external;

    /// <summary>Reads assemblies.</summary>
    /// <param name="projects">The folder of each project, and its compiled assembly.</param>
    public static DependencyGraph Read(IEnumerable<(string Folder, string Assembly)> projects)
    {
        var graph = new DependencyGraph();
        List<AssemblyDefinition> assemblies = [];
        try
        {
            foreach ((string folder, string path) in projects)
            {
                var assembly = AssemblyDefinition.ReadAssembly(path);
                assemblies.Add(assembly);
                graph.Place(assembly, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), SourceFolders.Read(folder));
            }

            foreach (AssemblyDefinition assembly in assemblies)
                graph.Connect(assembly);
        }
        finally
        {
            foreach (AssemblyDefinition assembly in assemblies)
                assembly.Dispose();
        }

        return graph;
    }

    /// <summary>Each folder, such as <c>Core/Machines</c>, and the other folders that it knows.</summary>
    public SortedDictionary<string, SortedSet<string>> Folders() => Group(place => place.Folder);

    /// <summary>Each package and the other packages that it knows.</summary>
    public SortedDictionary<string, SortedSet<string>> Packages() => Group(place => place.Package);

    /// <summary>Each folder of one package, and the folders of the same package that it knows.</summary>
    /// <param name="package">The folder name of the package.</param>
    public SortedDictionary<string, SortedSet<string>> FoldersOf(string package)
    {
        string prefix = package + "/";
        var inside = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string folder, SortedSet<string> known) in Folders().Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal)))
            inside[folder] = new SortedSet<string>(known.Where(other => other.StartsWith(prefix, StringComparison.Ordinal)), StringComparer.Ordinal);
        return inside;
    }

    /// <summary>The folder of a class, such as <c>Core/Machines</c>.</summary>
    /// <param name="type">The full name of the class.</param>
    public string FolderOf(string type) => _places[type].Folder;

    private SortedDictionary<string, SortedSet<string>> Group(Func<(string Folder, string Package), string> by)
    {
        var groups = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string type, HashSet<string> known) in _known)
        {
            string own = by(_places[type]);
            if (!groups.TryGetValue(own, out SortedSet<string>? others))
                groups[own] = others = new SortedSet<string>(StringComparer.Ordinal);
            others.UnionWith(known.Select(other => by(_places[other])).Where(other => other != own));
        }

        return groups;
    }

    private void Place(AssemblyDefinition assembly, string package, SourceFolders folders)
    {
        foreach (TypeDefinition type in assembly.MainModule.Types)
        {
            if (folders.Of(type.Name) is { } folder)
                _places[type.FullName] = ($"{package}/{folder}", package);
        }
    }

    private void Connect(AssemblyDefinition assembly)
    {
        foreach (TypeDefinition type in assembly.MainModule.GetAllTypes())
        {
            if (!_places.TryGetValue(Outermost(type).FullName, out var place))
                continue;
            string own = Outermost(type).FullName;
            if (!_known.TryGetValue(own, out HashSet<string>? known))
                _known[own] = known = [];
            if (!_external.TryGetValue(place.Package, out HashSet<string>? external))
                _external[place.Package] = external = [];
            foreach (TypeReference other in TypeReferences.Of(type).Select(Outermost))
            {
                if (other.FullName == own)
                    continue;
                if (_places.ContainsKey(other.FullName))
                    known.Add(other.FullName);
                else if (other.Scope is AssemblyNameReference scope && !assembly.Name.Name.Equals(scope.Name, StringComparison.Ordinal))
                    external.Add(scope.Name);
            }
        }
    }

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;
        return type;
    }
}
