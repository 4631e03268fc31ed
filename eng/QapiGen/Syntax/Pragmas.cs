namespace QemuTest.QapiGen.Syntax;

/// <summary>The <c>pragma</c> directives of the whole schema.</summary>
internal sealed class Pragmas
{
    public bool DocRequired { get; private set; }

    /// <summary>Gets the commands with <c>_</c> in their names.</summary>
    public IReadOnlySet<string> CommandNames { get; private set; } = new HashSet<string>();

    /// <summary>Gets the commands with another result than an object or a list of objects.</summary>
    public IReadOnlySet<string> CommandReturns { get; private set; } = new HashSet<string>();

    /// <summary>Gets the definitions without a need to document their members.</summary>
    public IReadOnlySet<string> Documentation { get; private set; } = new HashSet<string>();

    /// <summary>Gets the types with capitals or <c>_</c> in member names.</summary>
    public IReadOnlySet<string> MemberNames { get; private set; } = new HashSet<string>();

    public void Apply(SourceLocation location, ObjectValue directive)
    {
        foreach ((string name, SchemaValue value) in directive.Members)
        {
            switch (name)
            {
                case "doc-required":
                    DocRequired = value is BoolValue flag
                        ? flag.Value
                        : throw new SchemaException(location, "pragma 'doc-required' must be boolean");
                    break;
                case "command-name-exceptions":
                    CommandNames = Names(location, name, value);
                    break;
                case "command-returns-exceptions":
                    CommandReturns = Names(location, name, value);
                    break;
                case "documentation-exceptions":
                    Documentation = Names(location, name, value);
                    break;
                case "member-name-exceptions":
                    MemberNames = Names(location, name, value);
                    break;
                default:
                    throw new SchemaException(location, $"unknown pragma '{name}'");
            }
        }
    }

    private static HashSet<string> Names(SourceLocation location, string pragma, SchemaValue value) =>
        value is ArrayValue list && list.Items.All(item => item is StringValue)
            ? [.. list.Items.Cast<StringValue>().Select(item => item.Text)]
            : throw new SchemaException(location, $"pragma {pragma} must be a list of strings");
}
