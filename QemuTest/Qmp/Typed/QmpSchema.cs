namespace QemuTest.Qmp;

/// <summary>What a running QEMU can be told and asked, from its own <c>query-qmp-schema</c>: an exact answer, where
/// its version would be a guess.</summary>
/// <remarks>Arguments are named as QEMU names them; one inside another is reached by dots, through lists, unions and
/// alternates alike, as in <c>channels.addr.transport</c>. Safe for use from many threads.</remarks>
public sealed class QmpSchema
{
    private readonly Dictionary<string, SchemaInfo> _entries;

    private QmpSchema(IEnumerable<SchemaInfo> entries) => _entries = entries.ToDictionary(entry => entry.Name);

    /// <summary>Asks a monitor for its schema.</summary>
    /// <param name="qmp">The monitor; it must be through with negotiation.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public static async Task<QmpSchema> LoadAsync(IQmpExecutor qmp, CancellationToken cancellationToken = default) =>
        new(await qmp.QueryQmpSchemaAsync(cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Everything the schema says, by name. Types have names without a meaning.</summary>
    public IReadOnlyDictionary<string, SchemaInfo> Entries => _entries;

    /// <summary>Whether there is a command of that name.</summary>
    /// <param name="command">The command.</param>
    public bool Supports(string command) => Find<SchemaInfo.Command>(command) is not null;

    /// <summary>Whether a command takes an argument.</summary>
    /// <param name="command">The command; one that is not there takes none.</param>
    /// <param name="argument">The argument, with dots for one inside another.</param>
    public bool Supports(string command, string argument) => Arguments(command, argument).Any();

    /// <summary>Whether an argument takes a value of its enum.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="value">The value.</param>
    public bool SupportsValue(string command, string argument, string value) => ValuesOf(command, argument).Contains(value);

    /// <summary>Whether there is an event of that name.</summary>
    /// <param name="name">The event.</param>
    public bool SupportsEvent(string name) => Find<SchemaInfo.Event>(name) is not null;

    /// <summary>Whether a command or event has a feature, such as <c>deprecated</c>.</summary>
    /// <param name="name">The command or event.</param>
    /// <param name="feature">The feature.</param>
    public bool HasFeature(string name, string feature) =>
        _entries.TryGetValue(name, out SchemaInfo? entry) && entry.Features?.Contains(feature) == true;

    /// <summary>Whether an argument has a feature.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="feature">The feature.</param>
    public bool HasFeature(string command, string argument, string feature) =>
        Arguments(command, argument).Any(member => member.Features?.Contains(feature) == true);

    /// <summary>The values of an argument that is an enum, or a list of one; none where it is not.</summary>
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
        // A downstream name has dots of its own, so the whole path is tried as a name first.
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

    /// <summary>The type, or what a list holds, or what an alternate may be.</summary>
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
