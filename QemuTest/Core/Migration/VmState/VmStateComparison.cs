using System.Text.Json;

namespace QemuTest.Migration;

/// <summary>Compares two descriptions of migration state, as <c>-dump-vmstate</c> writes them, and finds the differences that break a
/// migration from the first to the second.</summary>
/// <remarks>Corresponds to QEMU's <c>vmstate-static-checker.py</c>; findings have the same text and order. That checker also reports three
/// differences that break no migration: a field that became unconditional when QEMU dropped an old version of its description, a field
/// of the destination that a function leaves out for most machines, and a device that could not migrate before. It does not report fields
/// that only the destination has at the end.</remarks>
public sealed class VmStateComparison
{
    private const string MachineSection = "vmschkmachine";
    private const string Unused = "unused";

    private readonly List<string> _findings = [];
    private readonly List<string> _warnings = [];

    private VmStateComparison()
    {
    }

    /// <summary>Compares two dumps.</summary>
    /// <param name="source">The dump of the source's QEMU, as JSON.</param>
    /// <param name="destination">The dump of the destination's QEMU, as JSON.</param>
    /// <exception cref="JsonException">A dump is not JSON.</exception>
    public static VmStateReport Compare(string source, string destination)
    {
        var comparison = new VmStateComparison();
        comparison.CompareSections(JsonElement.Parse(source), JsonElement.Parse(destination));
        return new VmStateReport(comparison._findings, comparison._warnings);
    }

    private static long Version(JsonElement description) => description.GetProperty("version_id").GetInt64();

    private static string Name(JsonElement description) => description.GetProperty("name").GetString()!;

    private void CompareSections(JsonElement source, JsonElement destination)
    {
        foreach (JsonProperty section in source.EnumerateObject())
        {
            if (!destination.TryGetProperty(section.Name, out JsonElement other)
                && !destination.TryGetProperty(RenamedFields.OtherSection(section.Name) ?? section.Name, out other))
                Find($"Section \"{section.Name}\" does not exist in dest");
            else if (section.Name == MachineSection)
                CompareMachines(section.Value.GetProperty("Name").GetString(), other.GetProperty("Name").GetString());
            else
                CompareSection(section.Name, section.Value, other);
        }
    }

    private void CompareMachines(string? source, string? destination)
    {
        if (source != destination)
            _warnings.Add($"Warning: checking incompatible machine types: \"{source}\", \"{destination}\"");
    }

    private void CompareSection(string section, JsonElement source, JsonElement destination)
    {
        CompareVersions(section, null, source, destination);
        foreach (JsonProperty entry in source.EnumerateObject())
        {
            if (!destination.TryGetProperty(entry.Name, out JsonElement other))
                Find($"Section \"{section}\": Entry \"{entry.Name}\" missing");
            else if (entry.Name == "Description")
                CompareDescriptions(section, entry.Value, other);
        }
    }

    private void CompareVersions(string section, string? description, JsonElement source, JsonElement destination)
    {
        long version = Version(source);
        long other = Version(destination);
        string where = $"Section \"{section}\"" + (description is null ? "" : $" Description \"{description}\":");
        if (version > other)
            Find($"{where} version error: {version} > {other}");
        // The minimum of a section is that of its description, which has a comparison of its own.
        if (description is not null && destination.TryGetProperty("minimum_version_id", out JsonElement minimum) && version < minimum.GetInt64())
            Find($"{where} minimum version error: {version} < {minimum.GetInt64()}");
    }

    /// <param name="section">The section.</param>
    /// <param name="source">The description of the source.</param>
    /// <param name="destination">The description of the destination.</param>
    /// <param name="isInner">Whether it describes a structure. The wire then has no version of it, so each side uses its own.</param>
    private void CompareDescriptions(string section, JsonElement source, JsonElement destination, bool isInner = false)
    {
        // QEMU describes a device that cannot migrate by its name alone. It sends nothing.
        if (!source.TryGetProperty("Fields", out _) && !source.TryGetProperty("Subsections", out _))
            return;
        string name = Name(source);
        CompareVersions(section, name, source, destination);
        if (!RenamedFields.Same(section, name, Name(destination)))
        {
            Find($"Section \"{section}\": Description \"{name}\" missing, got \"{Name(destination)}\" instead; skipping");
            return;
        }

        foreach (JsonProperty entry in source.EnumerateObject())
        {
            if (!destination.TryGetProperty(entry.Name, out JsonElement other))
                Find($"Section \"{section}\" Description \"{name}\": Entry \"{entry.Name}\" missing");
            else if (entry.Name == "Fields")
                CompareFields(section, name, new FieldWalk(source, Version(source)), new FieldWalk(destination, Version(isInner ? destination : source)));
            else if (entry.Name == "Subsections")
                CompareSubsections(section, name, entry.Value, other);
        }
    }

    private void CompareSubsections(string section, string description, JsonElement source, JsonElement destination)
    {
        foreach (JsonElement subsection in source.EnumerateArray())
        {
            JsonElement[] same = [.. destination.EnumerateArray().Where(d => Name(d) == Name(subsection))];
            if (same.Length == 0)
                Find($"Section \"{section}\", Description \"{description}\": Subsection \"{Name(subsection)}\" not found");
            foreach (JsonElement other in same)
                CompareDescriptions(section, subsection, other);
        }
    }

    private void CompareFields(string section, string description, FieldWalk source, FieldWalk destination)
    {
        string where = $"Section \"{section}\", Description \"{description}\":";
        bool sourceIsNext = source.MoveNext();
        bool destinationIsNext = destination.MoveNext();
        while (sourceIsNext)
        {
            if (!destinationIsNext)
            {
                Find($"{where} expected field \"{source.Name}\", while dest has no further fields");
                return;
            }

            if (RenamedFields.Same(description, source.Name, destination.Name))
            {
                CompareField(section, description, source, destination);
            }
            else if (destination.BeginsWith(source.Name))
            {
                // Moved into a structure: the data on the wire is the same.
                destination.Enter();
                destinationIsNext = destination.MoveNext();
                continue;
            }
            else if (source.BeginsWith(destination.Name))
            {
                source.Enter();
                sourceIsNext = source.MoveNext();
                continue;
            }
            else if (destination.Name == Unused)
            {
                if (!Fill(destination.Bytes, source, where))
                    return;
            }
            else if (source.Name == Unused)
            {
                if (!Fill(source.Bytes, destination, where))
                    return;
            }
            else if (destination.IsConditional)
            {
                destinationIsNext = destination.MoveNext();
                continue;
            }
            else
            {
                Find($"{where} expected field \"{source.Name}\", got \"{destination.Name}\"; skipping rest");
                return;
            }

            sourceIsNext = source.MoveNext();
            destinationIsNext = destination.MoveNext();
        }

        while (destinationIsNext && destination.IsConditional)
            destinationIsNext = destination.MoveNext();
        if (destinationIsNext)
            Find($"{where} dest expects field \"{destination.Name}\", while source has no further fields");
    }

    /// <summary>Matches fields of one side, from the current one, with the other side's unused bytes.</summary>
    private bool Fill(long bytes, FieldWalk walk, string where)
    {
        string name;
        do
        {
            name = walk.Name;
            bytes -= walk.Bytes;
        }
        while (bytes > 0 && walk.MoveNext());
        if (bytes != 0)
            Find($"{where} unused size mismatch near \"{name}\"");
        return bytes == 0;
    }

    private void CompareField(string section, string description, FieldWalk source, FieldWalk destination)
    {
        if (source.Field.TryGetProperty("Description", out JsonElement inner))
        {
            if (destination.Field.TryGetProperty("Description", out JsonElement other))
                CompareDescriptions(section, inner, other, isInner: true);
            else
                Find($"Section \"{section}\", Description \"{description}\", Field \"{source.Name}\": missing description");
            return;
        }

        long size = source.Field.GetProperty("size").GetInt64();
        long otherSize = destination.Field.GetProperty("size").GetInt64();
        if (size != otherSize)
            Find($"Section \"{section}\" Description \"{description}\" Field \"{source.Name}\" size mismatch: {size} , {otherSize}");
    }

    private void Find(string finding) => _findings.Add(finding);
}
