using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Reads the members of one JSON object, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class QapiReader
{
    private readonly JsonElement _object;
    private readonly JsonSerializerOptions _options;
    private readonly List<string> _known = [];
    private readonly List<string> _missing = [];
    private bool _isStrict;
    private int _present;

    internal QapiReader(JsonElement value, JsonSerializerOptions options)
    {
        _object = value;
        _options = options;
        _isStrict = Source?.IsStrict == true;
    }

    internal QapiSource? Source { get; } = QapiSource.Current;

    internal IReadOnlyList<string> Missing => _missing;

    /// <summary>Makes a missing mandatory member an error.</summary>
    /// <returns>This reader.</returns>
    public QapiReader Strict()
    {
        _isStrict = true;
        return this;
    }

    /// <summary>Reads a mandatory member, or gets null if it is missing.</summary>
    /// <typeparam name="T">The type of the member.</typeparam>
    /// <param name="name">The member's name.</param>
    public T? Read<T>(string name)
        where T : class => Find(name, mandatory: true) is { } value ? Decode<T>(name, value) ?? throw Null(name) : null;

    /// <summary>Reads a mandatory member, or gets null if it is missing.</summary>
    /// <inheritdoc cref="Read"/>
    public T? ReadValue<T>(string name)
        where T : struct => Find(name, mandatory: true) is { } value ? Decode<T>(name, value) : null;

    /// <summary>Reads an optional member.</summary>
    /// <inheritdoc cref="Read"/>
    public T? ReadOptional<T>(string name)
        where T : class => Find(name, mandatory: false) is { } value ? Decode<T>(name, value) : null;

    /// <summary>Reads an optional member.</summary>
    /// <inheritdoc cref="Read"/>
    public T? ReadOptionalValue<T>(string name)
        where T : struct
    {
        // A member of any type can be null itself, which is not the same as absent.
        if (Find(name, mandatory: false) is not { } value || (value.ValueKind == JsonValueKind.Null && typeof(T) != typeof(JsonElement)))
            return null;
        return Decode<T>(name, value);
    }

    /// <summary>Ends the reading: fails for a missing member if the API is strict.</summary>
    /// <returns>The members that were not read, or null if there are none.</returns>
    internal Dictionary<string, JsonElement>? Complete(Type type)
    {
        if (_isStrict && _missing.Count > 0)
            throw new JsonException($"{QapiTypeName.Of(type)} lacks {string.Join(", ", _missing.Select(name => $"'{name}'"))}");
        if (_present == _object.GetPropertyCount())
            return null;
        Dictionary<string, JsonElement> unknown = [];
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
                unknown[property.Name] = property.Value;
        }

        return unknown.Count > 0 ? unknown : null;
    }

    private JsonElement? Find(string name, bool mandatory)
    {
        _known.Add(name);
        if (_object.TryGetProperty(name, out JsonElement value))
        {
            _present++;
            return value;
        }

        if (mandatory)
            _missing.Add(name);
        return null;
    }

    private T? Decode<T>(string name, JsonElement value)
    {
        if (value is T any)
            return any;
        try
        {
            return value.Deserialize((JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
        }
        catch (JsonException problem)
        {
            throw new JsonException($"'{name}': {Reason(problem)}", problem);
        }
    }

    private static JsonException Null(string name) => new($"'{name}' is null");

    /// <summary>Gets a message without the path and the line, which are those of the member alone.</summary>
    private static string Reason(JsonException problem) => problem.Message.Split(" Path: ")[0];
}
