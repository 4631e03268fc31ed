using QemuTest.QapiGen.Declarations;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>A named or implied part of a schema: a type, a command or an event.</summary>
/// <remarks><see cref="Origin"/> is null for a built-in entity. For an implied one, such as an array type, it is the definition
/// that implies it.</remarks>
internal abstract class Entity(string name, Origin? origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features)
{
    public string Name { get; } = name;

    public Origin? Origin { get; } = origin;

    public DocComment? Doc { get; } = doc;

    public virtual Condition? If { get; } = condition;

    public IReadOnlyList<Feature> Features { get; } = features;

    /// <summary>Gets the description of the entity for messages.</summary>
    public abstract string Describe();

    /// <summary>Resolves names and checks the entity. The origin is not null: built-in entities need no check.</summary>
    public virtual void Check(Schema schema)
    {
        NameClashes seen = new(Origin);
        foreach (Feature feature in Features)
            seen.Add(feature);
    }

    /// <summary>Connects the documentation with every member and feature.</summary>
    public virtual void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        foreach (Feature feature in Features)
            feature.ConnectDoc(doc);
    }
}
