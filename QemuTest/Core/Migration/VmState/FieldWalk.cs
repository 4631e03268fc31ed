using System.Text.Json;

namespace QemuTest.Migration;

/// <summary>Walks the fields of one description that are on the wire. Can step into a structure whose fields the other side has without the
/// structure.</summary>
internal sealed class FieldWalk
{
    private readonly Stack<IEnumerator<JsonElement>> _lists = new();

    /// <param name="description">The description.</param>
    /// <param name="version">The version of the description that is on the wire. It has no field of a later version.</param>
    public FieldWalk(JsonElement description, long version) => Push(description, version);

    public JsonElement Field => _lists.Peek().Current;

    public string Name => Field.GetProperty("field").GetString()!;

    /// <summary>Gets whether the field is on the wire only for some machines: a function of QEMU decides.</summary>
    public bool IsConditional => Field.TryGetProperty("field_exists", out JsonElement exists) && exists.ValueKind == JsonValueKind.True;

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
    public void Enter()
    {
        JsonElement description = Field.GetProperty("Description");
        Push(description, description.GetProperty("version_id").GetInt64());
    }

    private void Push(JsonElement description, long version) => _lists.Push(
        description.GetProperty("Fields").EnumerateArray().Where(field => field.GetProperty("version_id").GetInt64() <= version).GetEnumerator());
}
