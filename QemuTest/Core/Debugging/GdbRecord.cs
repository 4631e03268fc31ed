using System.Text.Json.Nodes;

namespace QemuTest.Debugging;

/// <summary>One line of GDB's machine interface, taken apart.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Token">The number of the command that it answers, if it has one.</param>
/// <param name="Class">For example <c>done</c>, <c>error</c> or <c>stopped</c>; empty for text.</param>
/// <param name="Text">The text of a console or log line.</param>
/// <param name="Results">The named values that follow the class.</param>
internal sealed record GdbRecord(GdbRecordKind Kind, int? Token, string Class, string Text, JsonObject Results)
{
    /// <summary>Takes a line apart.</summary>
    /// <exception cref="FormatException">It is not a line of the machine interface.</exception>
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
            // Its values are nobody's, and GDB's own grammar does not hold for all of them.
            '=' => new GdbRecord(GdbRecordKind.Notification, null, reader.Word(), "", []),
            _ => new GdbRecord(GdbRecordKind.Other, null, "", line, []),
        };
    }

    /// <summary>A value that is a text, or null.</summary>
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
