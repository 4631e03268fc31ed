using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QemuTest.NUnit;
using QemuTest.QapiGen.Model;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>The examples in the schema's documentation, decoded to the generated types and encoded again.</summary>
[Thorough]
internal sealed class DocExampleTests
{
    [TestCase("10.0")]
    [TestCase("newest")]
    public async Task Every_example_is_unchanged_after_decoding_and_encoding_or_has_a_listed_fault(string release)
    {
        FullApi api = await FullApi.LoadAsync(release, "qapi/qapi-schema.json");
        string version = (await File.ReadAllTextAsync(Path.Combine(await Checkout.QemuSourceAsync(release), "VERSION"))).Trim();
        List<string> faults = [];
        int messages = 0;
        foreach (DocMessage[] example in api.Schema.Docs.SelectMany(DocExamples.In))
        {
            Queue<string> commands = [];
            foreach (DocMessage message in example)
            {
                messages++;
                if (Check(api, message, commands) is string fault)
                    faults.Add($"{version} {message.Id}: {fault}");
            }
        }

        TestContext.Out.WriteLine($"{messages} messages, {faults.Count} with a fault");
        string[] listed = [.. File.ReadLines(Checkout.At("tests", "QapiGen.Tests", "DocExampleFaults.txt"))
            .Where(line => line.StartsWith(version + " ", StringComparison.Ordinal))];
        if (listed.Length == 0)
            Assert.Ignore($"the faults of QEMU {version} are not listed yet; they are:\n{string.Join('\n', faults)}");
        Assert.That(messages, Is.GreaterThan(400));
        Assert.That(faults, Is.EqualTo(listed));
    }

    private static string? Check(FullApi api, DocMessage message, Queue<string> commands)
    {
        (JsonElement json, string? fault) = DocExamples.Parse(message.Text);
        if (fault is not null)
        {
            // The reply still belongs to the command.
            if (message.Sent)
                commands.Enqueue("");
            else if (message.Text.Contains("\"return\"", StringComparison.Ordinal))
                commands.TryDequeue(out _);
            return fault;
        }

        if (message.Sent)
            return CheckCommand(api, json, commands);
        if (json.TryGetProperty("event", out JsonElement name))
            return CheckEvent(api, name.GetString()!, json);
        if (json.TryGetProperty("error", out JsonElement error))
        {
            commands.TryDequeue(out _);
            return error.TryGetProperty("class", out _) && error.TryGetProperty("desc", out _) ? null : "an error without class and desc";
        }

        if (!json.TryGetProperty("return", out JsonElement result))
            return "neither return nor error nor event";
        if (!commands.TryDequeue(out string? command))
            return "an answer without a command";
        if (command.Length == 0)
            return null;
        Command? definition = api.Schema.Entities.OfType<Command>().FirstOrDefault(c => c.Name == command);
        if (definition is null)
            return null;
        if (definition.Returns is not null)
            return RoundTrip(result, api.JsonOf(definition.Returns));
        return result.ValueKind == JsonValueKind.Object && !result.EnumerateObject().Any() ? null : $"{command} returns nothing";
    }

    private static string? CheckCommand(FullApi api, JsonElement json, Queue<string> commands)
    {
        if (!json.TryGetProperty("execute", out JsonElement name) && !json.TryGetProperty("exec-oob", out name))
        {
            commands.Enqueue("");
            return "no execute";
        }

        string command = name.GetString()!;
        commands.Enqueue(command);
        Command? definition = api.Schema.Entities.OfType<Command>().FirstOrDefault(c => c.Name == command);
        if (definition is null)
            return $"no command {command}";
        bool given = json.TryGetProperty("arguments", out JsonElement arguments);
        if (definition.Data is null)
            return given && arguments.EnumerateObject().Any() ? $"{command} takes no arguments" : null;
        bool open = !definition.Flags.Generated;
        return RoundTrip(given ? arguments : JsonDocument.Parse("{}").RootElement, api.JsonOf(definition.Data), open);
    }

    private static string? CheckEvent(FullApi api, string name, JsonElement json)
    {
        Event? definition = api.Schema.Entities.OfType<Event>().FirstOrDefault(e => e.Name == name);
        if (definition is null)
            return $"no event {name}";
        if (!json.TryGetProperty("timestamp", out _))
            return "no timestamp";
        JsonElement data = json.TryGetProperty("data", out JsonElement given) ? given : JsonDocument.Parse("{}").RootElement;
        return RoundTrip(data, api.JsonOf(api.Find(api.Types.NameOf(definition))));
    }

    /// <summary>Decodes and encodes a value. Unknown parts survive this, so they are checked too.</summary>
    private static string? RoundTrip(JsonElement json, JsonTypeInfo type, bool open = false)
    {
        object? value;
        try
        {
            value = json.Deserialize(type);
        }
        catch (JsonException problem)
        {
            return problem.Message.Split(" Path:")[0].Replace("Full.Qapi.", "", StringComparison.Ordinal);
        }

        JsonElement back = JsonSerializer.SerializeToElement(value, type);
        if (!JsonElement.DeepEquals(back, json))
            return "comes back different";
        return open ? null : Surplus(value).FirstOrDefault();
    }

    private static IEnumerable<string> Surplus(object? value)
    {
        if (value is null or string or JsonElement || value.GetType().IsPrimitive)
            return [];
        Type type = value.GetType();
        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQapiEnumeration<>)))
        {
            var known = (IEnumerable)type.GetProperty("Known")!.GetValue(null)!;
            return known.Cast<object>().Contains(value) ? [] : [$"'{value}' is no {type.Name}"];
        }

        if (value is IEnumerable list)
            return list.Cast<object?>().SelectMany(Surplus);
        IEnumerable<string> unknown = type.GetProperty("UnknownMembers")?.GetValue(value) is IDictionary<string, JsonElement> members
            ? members.Keys.Select(key => $"{type.Name} has no member '{key}'")
            : [];
        return unknown.Concat(type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.IsDefined(typeof(QapiMemberAttribute)))
            .SelectMany(property => Surplus(property.GetValue(value))));
    }
}
