using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>The types for the JSON source generator, in the order of their registration.</summary>
internal sealed class JsonRegistry
{
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Gets each type with the name of its metadata.</summary>
    public IEnumerable<(string Type, string JsonName)> Entries => _names.Select(entry => (entry.Key, entry.Value));

    public void Add(string type, string jsonName) => _names.TryAdd(type, jsonName);

    /// <summary>Registers the arguments and the result of a command, and gets the expressions for their metadata.</summary>
    public string MetadataOf(Command command, CSharpTypes types)
    {
        List<string> metadata = [];
        foreach (SchemaType type in new SchemaType?[] { command.Data, command.Returns }.OfType<SchemaType>())
        {
            Add(types.Reference(type), types.JsonName(type));
            metadata.Add($"QapiJsonContext.Default.{types.JsonName(type)}");
        }

        return string.Join(", ", metadata);
    }
}
