using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.NUnit;

/// <summary>The record of one test: <c>record.json</c> beside its logs.</summary>
internal sealed partial record TestRecord
{
    public required string Test { get; init; }

    public required string Outcome { get; init; }

    public string? Message { get; init; }

    public required double Seconds { get; init; }

    public double TimeoutMultiplier { get; init; }

    public string? Binary { get; init; }

    public required string Logs { get; init; }

    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json.Default.TestRecord) + "\n");

    public static TestRecord Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), Json.Default.TestRecord)
        ?? throw new JsonException($"'{path}' holds no test record.");

    [JsonSourceGenerationOptions(
        WriteIndented = true,
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(TestRecord))]
    private sealed partial class Json : JsonSerializerContext;
}
