namespace QemuTest.QapiGen.Syntax;

/// <summary>What the <c>pragma</c> directives of the whole schema allow and demand.</summary>
internal sealed class Pragmas
{
    public bool DocRequired { get; private set; }

    /// <summary>Commands whose names may use <c>_</c>.</summary>
    public IReadOnlySet<string> CommandNames { get; private set; } = new HashSet<string>();

    /// <summary>Commands that may return something other than an object or a list of objects.</summary>
    public IReadOnlySet<string> CommandReturns { get; private set; } = new HashSet<string>();

    /// <summary>Definitions whose members need no documentation.</summary>
    public IReadOnlySet<string> Documentation { get; private set; } = new HashSet<string>();

    /// <summary>Types whose member names may use capitals and <c>_</c>.</summary>
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
