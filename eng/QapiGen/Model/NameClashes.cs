using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>Finds names that are equal in C.</summary>
internal sealed class NameClashes
{
    private readonly Origin? _within;
    private readonly Dictionary<string, Named> _seen;

    public NameClashes(Origin? within)
        : this(within, [])
    {
    }

    private NameClashes(Origin? within, Dictionary<string, Named> seen)
    {
        _within = within;
        _seen = seen;
    }

    /// <summary>The names so far, in order.</summary>
    public IEnumerable<Named> Seen => _seen.Values;

    public Named? Find(string name) => _seen.GetValueOrDefault(Names.InC(name));

    public void Add(Named named)
    {
        if (!_seen.TryAdd(Names.InC(named.Name), named))
            throw new SchemaException(_within!,
                $"{named.Describe(_within!)} collides with {Find(named.Name)!.Describe(_within!)}");
    }

    /// <summary>Copies the names for one branch. The names of other branches do not clash with it.</summary>
    public NameClashes Fork() => new(_within, new Dictionary<string, Named>(_seen));
}
