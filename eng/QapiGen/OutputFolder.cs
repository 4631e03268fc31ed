using QemuTest.QapiGen.CSharp;

namespace QemuTest.QapiGen;

/// <summary>Where generated files go: all of them or none.</summary>
internal static class OutputFolder
{
    public static void Write(string path, IReadOnlyDictionary<string, string> files)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string staging = $"{full}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(staging);
            foreach ((string name, string text) in files)
                File.WriteAllText(Path.Combine(staging, name), text);
            Directory.CreateDirectory(full);
            foreach (string name in files.Keys)
                File.Move(Path.Combine(staging, name), Path.Combine(full, name), overwrite: true);
            foreach (string old in Directory.GetFiles(full, "*.cs").Where(IsStale))
                File.Delete(old);
        }
        finally
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }

        bool IsStale(string file) =>
            !files.ContainsKey(Path.GetFileName(file)) && File.ReadLines(file).FirstOrDefault() == CSharpBackend.Marker;
    }
}
