using System.Text.Json;

namespace QemuTest.Migration;

/// <summary>Walks the fields of one description. Can step into a structure whose fields the other side has without the structure.</summary>
internal sealed class FieldWalk
{
    private readonly Stack<IEnumerator<JsonElement>> _lists = new();

    public FieldWalk(JsonElement fields) => _lists.Push(fields.EnumerateArray().GetEnumerator());

    public JsonElement Field => _lists.Peek().Current;

    public string Name => Field.GetProperty("field").GetString()!;

    /// <summary>Gets the field's size on the wire in bytes, all elements of an array included.</summary>
    public long Bytes => Field.GetProperty("size").GetInt64() * (Field.TryGetProperty("num", out JsonElement count) ? count.GetInt64() : 1);

    /// <summary>Moves to the next field, leaving structures at their end; false after the last field.</summary>
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

    /// <summary>Gets whether the field is a structure whose first field has this name.</summary>
    public bool BeginsWith(string name) =>
        Field.TryGetProperty("Description", out JsonElement description)
        && description.TryGetProperty("Fields", out JsonElement fields)
        && fields.GetArrayLength() > 0
        && RenamedFields.Same(description.GetProperty("name").GetString()!, fields[0].GetProperty("field").GetString()!, name);

    /// <summary>Steps into the structure; its first field is next.</summary>
    public void Enter() =>
        _lists.Push(Field.GetProperty("Description").GetProperty("Fields").EnumerateArray().GetEnumerator());
}
