using System.Text.Json.Nodes;

namespace QemuTest.Debugging;

/// <summary>One parsed line of GDB's machine interface.</summary>
/// <param name="Kind">The kind of line.</param>
/// <param name="Token">The number of the answered command, if any.</param>
/// <param name="Class">For example <c>done</c>, <c>error</c> or <c>stopped</c>; empty for text.</param>
/// <param name="Text">The text of a console or log line.</param>
/// <param name="Results">The named values that follow the class.</param>
internal sealed record GdbRecord(GdbRecordKind Kind, int? Token, string Class, string Text, JsonObject Results)
{
    /// <summary>Parses a line.</summary>
    /// <exception cref="FormatException">The line does not belong to the machine interface.</exception>
    public static GdbRecord Parse(string line)
    {
        var reader = new GdbRecordReader(line);
        int? token = reader.Number();
        return reader.Next() switch
        {
            '^' => Named(GdbRecordKind.Result, token, reader),
            '*' => Named(GdbRecordKind.Execution, token, reader),
            '~' => Plain(GdbRecordKind.Console, reader),
            '&' => Plain(GdbRecordKind.Log, reader),
            // The values are not used, and some of them break GDB's own grammar.
            '=' => new GdbRecord(GdbRecordKind.Notification, null, reader.Word(), "", []),
            _ => new GdbRecord(GdbRecordKind.Other, null, "", line, []),
        };
    }

    /// <summary>Gets a value that is a text; null if there is none.</summary>
    public string? Value(string name) => Results[name] is JsonValue value ? value.GetValue<string>() : null;

    private static GdbRecord Named(GdbRecordKind kind, int? token, GdbRecordReader reader)
    {
        string name = reader.Word();
        var results = new JsonObject();
        while (reader.Skip(','))
            reader.Result(results);
        reader.End();
        return new GdbRecord(kind, token, name, "", results);
    }

    private static GdbRecord Plain(GdbRecordKind kind, GdbRecordReader reader)
    {
        string text = reader.Text();
        reader.End();
        return new GdbRecord(kind, null, "", text, []);
    }
}
