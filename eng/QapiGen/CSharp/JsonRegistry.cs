namespace QemuTest.QapiGen.CSharp;

/// <summary>The types that the JSON source generator is told of, in the order in which they were written.</summary>
internal sealed class JsonRegistry
{
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Each type with the name of its metadata.</summary>
    public IEnumerable<(string Type, string JsonName)> Entries => _names.Select(entry => (entry.Key, entry.Value));

    public void Add(string type, string jsonName) => _names.TryAdd(type, jsonName);
}
