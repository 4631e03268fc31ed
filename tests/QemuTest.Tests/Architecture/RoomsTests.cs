using Mono.Cecil;
using Mono.Cecil.Rocks;
using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Architecture;

/// <summary>Who may know whom in the library. The dependencies are read from the compiled code, not from its using lines.</summary>
[Quick]
public sealed class RoomsTests
{
    private const string Root = "QemuTest.";

    // Lowest first; a room may also know what the rooms that it knows may know.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Qmp"] = [],
        ["Consoles"] = [],
        ["Qtest"] = [],
        ["Machines"] = ["Qmp", "Consoles", "Qtest"],
        ["Migration"] = ["Machines"],
        ["Vfio"] = ["Migration"],
        ["Debugging"] = ["Machines"],
        ["Displays"] = ["Machines"],
        ["Reporting"] = [],
        ["Archives"] = [],
        ["Assets"] = ["Archives"],
        ["VmState"] = [],
        ["Fixtures"] = ["Vfio", "Debugging", "Displays", "Assets", "Reporting"],
    };

    private static IEnumerable<string> Rooms => Dependencies.Value.Keys;

    private static readonly Lazy<Dictionary<string, HashSet<string>>> Dependencies = new(Read);

    [TestCaseSource(nameof(Rooms))]
    public void A_room_knows_only_those_below_it(string room)
    {
        Assert.That(MayKnow, Does.ContainKey(room), "a new room needs a row in this test and in docs/architecture.md");

        string[] tooMuch = [.. Dependencies.Value[room].Except(Closure(room)).Order()];

        Assert.That(tooMuch, Is.Empty, $"{room} may know {string.Join(", ", Closure(room))}");
    }

    [Test]
    public void The_dependencies_are_really_read()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Dependencies.Value["Machines"], Does.Contain("Qmp").And.Contain("Consoles"));
            Assert.That(Dependencies.Value["Fixtures"], Does.Contain("Machines"));
        });
    }

    private static HashSet<string> Closure(string room) =>
        [.. MayKnow[room].SelectMany(below => Closure(below).Append(below))];

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(QemuMachine).Assembly.Location);
        var known = new Dictionary<string, HashSet<string>>();
        foreach (TypeDefinition type in assembly.MainModule.GetAllTypes())
        {
            if (RoomOf(type) is not { } room)
                continue;
            if (!known.TryGetValue(room, out HashSet<string>? rooms))
                known[room] = rooms = [];
            rooms.UnionWith(Mentioned(type).Select(RoomOf).OfType<string>().Where(other => other != room));
        }

        return known;
    }

    private static IEnumerable<TypeReference> Mentioned(TypeDefinition type)
    {
        IEnumerable<TypeReference> direct =
        [
            .. type.BaseType is null ? [] : new[] { type.BaseType },
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.CustomAttributes.Select(a => a.AttributeType),
            .. type.Fields.Select(f => f.FieldType),
            .. type.Methods.SelectMany(Mentioned),
        ];
        return direct.SelectMany(Parts);
    }

    private static IEnumerable<TypeReference> Mentioned(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (ParameterDefinition parameter in method.Parameters)
            yield return parameter.ParameterType;
        foreach (CustomAttribute attribute in method.CustomAttributes)
            yield return attribute.AttributeType;
        if (!method.HasBody)
            yield break;
        foreach (var variable in method.Body.Variables)
            yield return variable.VariableType;
        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type:
                    yield return type;
                    break;
                case MemberReference member:
                    if (member.DeclaringType is not null)
                        yield return member.DeclaringType;
                    if (member is GenericInstanceMethod generic)
                    {
                        foreach (TypeReference argument in generic.GenericArguments)
                            yield return argument;
                    }

                    break;
            }
        }
    }

    private static IEnumerable<TypeReference> Parts(TypeReference type)
    {
        yield return type.GetElementType();
        if (type is GenericInstanceType generic)
        {
            foreach (TypeReference part in generic.GenericArguments.SelectMany(Parts))
                yield return part;
        }
    }

    private static string? RoomOf(TypeReference type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;
        return type.Scope.Name is "QemuTest" or "QemuTest.dll" && type.Namespace.StartsWith(Root, StringComparison.Ordinal)
            ? type.Namespace[Root.Length..].Split('.')[0]
            : null;
    }
}
