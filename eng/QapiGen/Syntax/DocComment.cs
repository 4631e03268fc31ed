using System.Text;

namespace QemuTest.QapiGen.Syntax;

internal enum DocKind
{
    Plain,
    Member,
    Feature,
    Returns,
    Errors,
    Since,
    Todo,
}

/// <summary>One section of a documentation comment. Sections of members and features have a name.</summary>
internal sealed class DocSection(SourceLocation location, DocKind kind, string? name = null)
{
    private readonly StringBuilder _text = new();

    /// <summary>Gets the start of the section.</summary>
    public SourceLocation Location { get; set; } = location;

    public DocKind Kind { get; } = kind;

    public string? Name { get; } = name;

    public string Text => _text.ToString().Trim('\n');

    /// <summary>Gets whether the definition has the described member or feature.</summary>
    public bool Described { get; set; }

    public bool IsEmpty => _text.Length == 0;

    public void Add(string line) => _text.Append(line).Append('\n');
}

/// <summary>A documentation comment of one definition, or a free-form one.</summary>
internal sealed class DocComment(SourceLocation location, string? symbol)
{
    private readonly List<DocSection> _sections = [new DocSection(location, DocKind.Plain)];

    public SourceLocation Location { get; } = location;

    /// <summary>Gets the name of the definition, or null for a free-form comment.</summary>
    public string? Symbol { get; } = symbol;

    /// <summary>Gets the sections in the order of the text. The first is the overview.</summary>
    public IReadOnlyList<DocSection> Sections => _sections;

    public DocSection Last => _sections[^1];

    public DocSection? Find(DocKind kind, string? name = null) =>
        _sections.FirstOrDefault(section => section.Kind == kind && section.Name == name);

    public IEnumerable<DocSection> All(DocKind kind) => _sections.Where(section => section.Kind == kind);

    public void StartPlain(SourceLocation location)
    {
        if (Last.Kind != DocKind.Plain)
        {
            _sections.Add(new DocSection(location, DocKind.Plain));
            return;
        }

        if (Last.IsEmpty)
            Last.Location = location;
        Last.Add("");
    }

    public void StartTagged(SourceLocation location, DocKind kind)
    {
        if (kind != DocKind.Todo && Find(kind) is not null)
            throw new SchemaException(location, $"duplicated '{kind}' section");
        _sections.Add(new DocSection(location, kind));
    }

    public void StartDescription(SourceLocation location, DocKind kind, string name)
    {
        if (name.Length == 0)
            throw new SchemaException(location, "invalid parameter name");
        if (Find(kind, name) is not null)
            throw new SchemaException(location, $"'{name}' parameter name duplicated");
        _sections.Add(new DocSection(location, kind, name));
    }

    /// <summary>Checks at the end of the comment that no section is empty.</summary>
    public void Finish()
    {
        foreach (DocSection section in _sections.Where(s => s.Kind != DocKind.Plain && s.Text.Length == 0))
            throw new SchemaException(section.Location, $"text required after '{section.Kind}:'");
    }

    /// <summary>Marks a member or feature of the definition as described.</summary>
    public void Describe(Origin definition, DocKind kind, string role, string name, bool mayLack)
    {
        DocSection? section = Find(kind, name);
        if (section is null)
        {
            if (!mayLack)
                throw new SchemaException(definition, $"{role} '{name}' lacks documentation");
            // From now on every member has a section; an empty one if a pragma allows missing documentation.
            section = new DocSection(Location, kind, name);
            _sections.Add(section);
        }

        section.Described = true;
    }

    /// <summary>Checks that the definition has all described members and features.</summary>
    public void CheckAllDescribed()
    {
        foreach ((DocKind kind, string what) in new[] { (DocKind.Member, "member"), (DocKind.Feature, "feature") })
        {
            DocSection[] stray = [.. All(kind).Where(section => !section.Described)];
            if (stray.Length > 0)
            {
                (string plural, string verb) = stray.Length > 1 ? ("s", "do") : ("", "does");
                string names = string.Join("', '", stray.Select(section => section.Name));
                throw new SchemaException(stray[0].Location, $"documented {what}{plural} '{names}' {verb} not exist");
            }
        }
    }
}
