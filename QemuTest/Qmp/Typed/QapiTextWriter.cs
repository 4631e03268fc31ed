using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QemuTest.Qmp;

/// <summary>Writes members as text for messages.</summary>
internal sealed class QapiTextWriter : QapiWriter
{
    private readonly StringBuilder _text = new();

    public static string Describe(QapiObject value)
    {
        QapiTextWriter writer = new();
        value.WriteTo(writer);
        foreach ((string name, JsonElement member) in value.UnknownMembers ?? new Dictionary<string, JsonElement>())
            writer.Add(name, member);
        return $"{NameOf(value.GetType())} {{ {writer._text}{(writer._text.Length > 0 ? " " : "")}}}";
    }

    /// <summary>Gets the name of a type with that of its union.</summary>
    public static string NameOf(Type type) => type.DeclaringType is { } union ? $"{NameOf(union)}.{type.Name}" : type.Name;

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
