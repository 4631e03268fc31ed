using System.Text.Json;

namespace QemuTest.Migration;

/// <summary>Goes along the fields of one description, and into a structure where the other side has its fields in the open.</summary>
internal sealed class FieldWalk
{
    private readonly Stack<IEnumerator<JsonElement>> _lists = new();

    public FieldWalk(JsonElement fields) => _lists.Push(fields.EnumerateArray().GetEnumerator());

    public JsonElement Field => _lists.Peek().Current;

    public string Name => Field.GetProperty("field").GetString()!;

    /// <summary>The field's bytes on the wire, every element of an array counted.</summary>
    public long Bytes => Field.GetProperty("size").GetInt64() * (Field.TryGetProperty("num", out JsonElement count) ? count.GetInt64() : 1);

    /// <summary>Goes to the next field, out of structures that are at their end; false after the last.</summary>
    public bool MoveNext()
    {
        while (!_lists.Peek().MoveNext())
        {
            if (_lists.Count == 1)
                return false;
            _lists.Pop();
        }

        return true;
    }

    /// <summary>Whether the field is a structure that begins with a field of that name.</summary>
    public bool BeginsWith(string name) =>
        Field.TryGetProperty("Description", out JsonElement description)
        && description.TryGetProperty("Fields", out JsonElement fields)
        && fields.GetArrayLength() > 0
        && RenamedFields.Same(description.GetProperty("name").GetString()!, fields[0].GetProperty("field").GetString()!, name);

    /// <summary>Goes into the structure; the next field is its first.</summary>
    public void Enter() =>
        _lists.Push(Field.GetProperty("Description").GetProperty("Fields").EnumerateArray().GetEnumerator());
}
