using System.Text.RegularExpressions;

namespace QemuTest.Dependencies;

/// <summary>The folder of each type, read from the declarations in a project's source files.</summary>
internal sealed partial class SourceFolders
{
    private readonly Dictionary<string, string> _folders = [];

    private SourceFolders()
    {
    }

    /// <summary>Reads the source files below a project's folder.</summary>
    /// <param name="project">The folder of the project.</param>
    public static SourceFolders Read(string project)
    {
        var folders = new SourceFolders();
        foreach (string file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (folder.Split('/')[0] is "bin" or "obj")
                continue;
            foreach (Match declaration in Declaration().Matches(File.ReadAllText(file)))
                folders._folders.TryAdd(declaration.Groups["name"].Value, folder);
        }

        return folders;
    }

    /// <summary>The folder of a type relative to its project, "." for the project's own folder; null for a type that no source file declares.</summary>
    /// <param name="type">The name of the type, without namespace.</param>
    public string? Of(string type) => _folders.GetValueOrDefault(type.Split('`')[0]);

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|readonly|partial|unsafe|ref) )*(?:class|record struct|record class|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
