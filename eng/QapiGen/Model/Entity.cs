using QemuTest.QapiGen.Checks;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Model;

/// <summary>Anything the schema defines by name, or that follows from it: a type, a command, an event.</summary>
/// <remarks><see cref="Origin"/> is null for what is built in. For what follows from a definition, such as an
/// array type, it is that definition.</remarks>
internal abstract class Entity(string name, Origin? origin, DocComment? doc, Condition? condition, IReadOnlyList<Feature> features)
{
    public string Name { get; } = name;

    public Origin? Origin { get; } = origin;

    public DocComment? Doc { get; } = doc;

    public virtual Condition? If { get; } = condition;

    public IReadOnlyList<Feature> Features { get; } = features;

    /// <summary>What messages call it.</summary>
    public abstract string Describe();

    /// <summary>Resolves names and checks what needs them. The origin is there: what is built in has nothing to check.</summary>
    public virtual void Check(Schema schema)
    {
        NameClashes seen = new(Origin);
        foreach (Feature feature in Features)
            seen.Add(feature);
    }

    /// <summary>Finds the description of every member and feature.</summary>
    public virtual void ConnectDoc(DocComment doc, Pragmas pragmas)
    {
        foreach (Feature feature in Features)
            feature.ConnectDoc(doc);
    }
}
