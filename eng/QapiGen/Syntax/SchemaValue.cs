namespace QemuTest.QapiGen.Syntax;

/// <summary>A value in the schema's JSON dialect, which has no numbers and no null.</summary>
internal abstract record SchemaValue
{
    /// <summary>Gets whether the value is neither false nor empty.</summary>
    public abstract bool IsTruthy { get; }
}

internal sealed record StringValue(string Text) : SchemaValue
{
    public override bool IsTruthy => Text.Length > 0;
}

internal sealed record BoolValue(bool Value) : SchemaValue
{
    public override bool IsTruthy => Value;
}

internal sealed record ArrayValue(IReadOnlyList<SchemaValue> Items) : SchemaValue
{
    public override bool IsTruthy => Items.Count > 0;
}

/// <summary>An object with its members in schema order.</summary>
internal sealed record ObjectValue(IReadOnlyList<KeyValuePair<string, SchemaValue>> Members) : SchemaValue
{
    public override bool IsTruthy => Members.Count > 0;

    public SchemaValue? this[string key] => Members.FirstOrDefault(member => member.Key == key).Value;

    public bool Has(string key) => this[key] is not null;
}
