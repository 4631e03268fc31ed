using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace QemuTest.Debugging;

/// <summary>Reads the parts of one line of GDB's machine interface from left to right. A tuple becomes a JSON object, a text a string,
/// and a list an array. If GDB names the elements of a list, the names are dropped.</summary>
internal sealed class GdbRecordReader(string line)
{
    private int _at;

    public char Next() => _at < line.Length ? line[_at++] : '\0';

    public bool Skip(char character)
    {
        if (_at >= line.Length || line[_at] != character)
            return false;
        _at++;
        return true;
    }

    public int? Number()
    {
        int start = _at;
        while (_at < line.Length && char.IsAsciiDigit(line[_at]))
            _at++;
        return _at == start ? null : int.Parse(line.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    public string Word()
    {
        int start = _at;
        while (_at < line.Length && (char.IsAsciiLetterOrDigit(line[_at]) || line[_at] is '-' or '_' or '.'))
            _at++;
        return _at == start ? throw Wrong("a name") : line[start.._at];
    }

    public void End()
    {
        if (_at != line.Length)
            throw Wrong("the end");
    }

    public void Result(JsonObject into)
    {
        string name = Word();
        if (!Skip('='))
            throw Wrong("'='");
        into[name] = Value();
    }

    public string Text()
    {
        if (!Skip('"'))
            throw Wrong("a text");
        // Octal escapes are the bytes of UTF-8.
        var bytes = new List<byte>();
        while (!Skip('"'))
        {
            if (_at >= line.Length)
                throw Wrong("the end of the text");
            if (Skip('\\'))
            {
                Escape(bytes);
                continue;
            }

            int length = char.IsHighSurrogate(line[_at]) && _at + 1 < line.Length ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(line.Substring(_at, length)));
            _at += length;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private JsonNode? Value()
    {
        if (Skip('{'))
        {
            var tuple = new JsonObject();
            while (!Skip('}'))
            {
                Result(tuple);
                _ = Skip(',');
            }

            return tuple;
        }

        return Skip('[') ? List() : JsonValue.Create(Text());
    }

    private JsonArray List()
    {
        var list = new JsonArray();
        while (!Skip(']'))
        {
            if (_at < line.Length && line[_at] is '"' or '{' or '[')
            {
                list.Add(Value());
            }
            else
            {
                var named = new JsonObject();
                Result(named);
                JsonNode? value = named.First().Value;
                named.Clear();
                list.Add(value);
            }

            _ = Skip(',');
        }

        return list;
    }

    private void Escape(List<byte> bytes)
    {
        char escaped = Next();
        if (escaped is >= '0' and <= '7')
        {
            int value = escaped - '0';
            for (int digits = 1; digits < 3 && _at < line.Length && line[_at] is >= '0' and <= '7'; digits++)
                value = value * 8 + (Next() - '0');
            bytes.Add((byte)value);
            return;
        }

        bytes.Add((byte)(escaped switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            'e' => 27,
            '"' or '\\' or '\'' => escaped,
            _ => throw Wrong("an escape"),
        }));
    }

    private FormatException Wrong(string expected) => new($"Not GDB/MI: {expected} is missing at {_at} of '{line}'.");
}
