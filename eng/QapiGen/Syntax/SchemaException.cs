using System.Globalization;
using System.Text;

namespace QemuTest.QapiGen.Syntax;

/// <summary>The one error of a schema. Its wording is that of QEMU's own generator, put on one line.</summary>
internal sealed class SchemaException(SourceLocation location, string problem, Origin? definition = null)
    : Exception(problem)
{
    public SourceLocation Location { get; } = location;

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The definition that the problem is in, where one is known.</summary>
    public Origin? Definition { get; } = definition;

    public SchemaException(Origin definition, string problem)
        : this(definition.Location, problem, definition)
    {
    }

    /// <summary><c>PATH:LINE: what is wrong</c>, below a line for every file that led there.</summary>
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
