namespace QemuTest.QapiGen.CSharp;

/// <summary>The used names of one declaration space.</summary>
internal sealed class Scope(params IEnumerable<string> taken)
{
    /// <summary>The names that every record has or that its members would hide.</summary>
    public static readonly IReadOnlyList<string> OfRecord =
    [
        "Clone", "Deconstruct", "EqualityContract", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone",
        "PrintMembers", "ReferenceEquals", "ToString", "Converter", "UnknownMembers", "MissingMembers",
        "Missing", "WriteMembers", "WriteTo",
    ];

    private readonly HashSet<string> _taken = [.. taken];

    public string Take(string name)
    {
        while (!_taken.Add(name))
            name += "_";
        return name;
    }

    public bool Has(string name) => _taken.Contains(name);

    public Scope With(params IEnumerable<string> more) => new([.. _taken, .. more]);
}
