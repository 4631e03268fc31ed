using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Writes members as text for messages.</summary>
internal sealed class QapiTextWriter : QapiWriter
{
    private readonly StringBuilder _text = new();

    public void AddUnknown(IDictionary<string, JsonElement>? members)
    {
        foreach ((string name, JsonElement member) in members ?? new Dictionary<string, JsonElement>())
            Add(name, member);
    }

    public override string ToString() => _text.Length > 0 ? $"{{ {_text} }}" : "{ }";

    public override void Write<T>(string name, T? value)
        where T : class => Add(name, value);

    public override void WriteValue<T>(string name, T? value) => Add(name, value);

    private void Add(string name, object? value)
    {
        if (value is not null)
            _text.Append(_text.Length > 0 ? ", " : "").Append(name).Append(": ").Append(Text(value));
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        JsonElement json => json.GetRawText(),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
