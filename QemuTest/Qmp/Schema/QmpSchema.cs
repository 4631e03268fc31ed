namespace QemuTest.Qmp;

/// <summary>The commands, events and types of a running QEMU, from <c>query-qmp-schema</c>. It is exact; a version number is a
/// guess.</summary>
/// <remarks>Arguments have the names that QEMU uses. A dot leads to a nested argument, through lists, unions and alternates too, as in
/// <c>channels.addr.transport</c>. Thread-safe.</remarks>
public sealed class QmpSchema
{
    private readonly Dictionary<string, SchemaInfo> _entries;

    private QmpSchema(IEnumerable<SchemaInfo> entries) => _entries = entries.ToDictionary(entry => entry.Name);

    /// <summary>Reads the schema of a monitor.</summary>
    /// <param name="qmp">The monitor, after the negotiation.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    public static async Task<QmpSchema> LoadAsync(IQmpExecutor qmp, CancellationToken cancellationToken = default) =>
        new(await qmp.QueryQmpSchemaAsync(cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Gets all entries of the schema by name. The names of types have no meaning.</summary>
    public IReadOnlyDictionary<string, SchemaInfo> Entries => _entries;

    /// <summary>Gets whether QEMU has a command.</summary>
    /// <param name="command">The command.</param>
    public bool Supports(string command) => Find<SchemaInfo.Command>(command) is not null;

    /// <summary>Gets whether a command has an argument.</summary>
    /// <param name="command">The command. A missing command has no arguments.</param>
    /// <param name="argument">The argument; a dot leads to a nested one.</param>
    public bool Supports(string command, string argument) => Arguments(command, argument).Any();

    /// <summary>Gets whether an enum argument has a value.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="value">The value.</param>
    public bool SupportsValue(string command, string argument, string value) => ValuesOf(command, argument).Contains(value);

    /// <summary>Gets whether QEMU has an event.</summary>
    /// <param name="name">The event.</param>
    public bool SupportsEvent(string name) => Find<SchemaInfo.Event>(name) is not null;

    /// <summary>Gets whether a command or event has a feature, for example <c>deprecated</c>.</summary>
    /// <param name="name">The command or event.</param>
    /// <param name="feature">The feature.</param>
    public bool HasFeature(string name, string feature) =>
        _entries.TryGetValue(name, out SchemaInfo? entry) && entry.Features?.Contains(feature) == true;

    /// <summary>Gets whether an argument has a feature.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="feature">The feature.</param>
    public bool HasFeature(string command, string argument, string feature) =>
        Arguments(command, argument).Any(member => member.Features?.Contains(feature) == true);

    /// <summary>Gets the values of an argument of an enum type or a list of an enum type; none for other types.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument.</param>
    public IReadOnlySet<string> ValuesOf(string command, string argument) => Arguments(command, argument)
        .SelectMany(member => Expand(member.Type))
        .OfType<SchemaInfo.Enum>()
        .SelectMany(type => type.Members.Select(member => member.Name))
        .ToHashSet();

    private IEnumerable<SchemaInfoObjectMember> Arguments(string command, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Find<SchemaInfo.Command>(command) is { } found ? Members(found.ArgType, path) : [];
    }

    private IEnumerable<SchemaInfoObjectMember> Members(string type, string path)
    {
        // A downstream name contains dots, so the whole path is tried as a name first.
        foreach (SchemaInfoObjectMember member in MembersOf(type))
        {
            if (member.Name == path)
                yield return member;
            if (!path.StartsWith(member.Name + ".", StringComparison.Ordinal))
                continue;
            foreach (SchemaInfoObjectMember inner in Members(member.Type, path[(member.Name.Length + 1)..]))
                yield return inner;
        }
    }

    private IEnumerable<SchemaInfoObjectMember> MembersOf(string type)
    {
        foreach (SchemaInfo.Object entry in Expand(type).OfType<SchemaInfo.Object>())
        {
            foreach (SchemaInfoObjectMember member in entry.Members)
                yield return member;
            foreach (SchemaInfoObjectMember member in (entry.Variants ?? []).SelectMany(variant => MembersOf(variant.Type)))
                yield return member;
        }
    }

    /// <summary>Gets the type itself, the element type of a list, or the branches of an alternate.</summary>
    private IEnumerable<SchemaInfo> Expand(string type) => _entries[type] switch
    {
        SchemaInfo.Array array => Expand(array.ElementType),
        SchemaInfo.Alternate alternate => alternate.Members.SelectMany(member => Expand(member.Type)),
        SchemaInfo entry => [entry],
    };

    private T? Find<T>(string name)
        where T : SchemaInfo =>
        _entries.GetValueOrDefault(name) as T;
}
