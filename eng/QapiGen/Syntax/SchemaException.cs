using System.Globalization;
using System.Text;

namespace QemuTest.QapiGen.Syntax;

/// <summary>The first error of a schema, in the wording of QEMU's own generator, on one line.</summary>
internal sealed class SchemaException(SourceLocation location, string problem, Origin? definition = null)
    : Exception(problem)
{
    public SourceLocation Location { get; } = location;

    /// <summary>Gets the problem, without the location.</summary>
    public string Problem { get; } = problem;

    /// <summary>Gets the definition with the problem, or null if it is not known.</summary>
    public Origin? Definition { get; } = definition;

    public SchemaException(Origin definition, string problem)
        : this(definition.Location, problem, definition)
    {
    }

    /// <summary>Gets <c>PATH:LINE: problem</c>, after one line for each including file.</summary>
    public string Render()
    {
        StringBuilder text = new();
        for (SourceLocation? from = Location.File.IncludedFrom; from is not null; from = from.File.IncludedFrom)
            text.Insert(0, $"In file included from {from}:\n");
        text.Append(Location).Append(": ");
        if (Definition is not null)
            text.Append(CultureInfo.InvariantCulture, $"In {Definition.Meta} '{Definition.Name}': ");
        text.Append(Problem);
        if (Location.Column is int column)
            text.Append(CultureInfo.InvariantCulture, $" (column {column})");
        return text.ToString();
    }
}
