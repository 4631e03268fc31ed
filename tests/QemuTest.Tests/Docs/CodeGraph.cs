using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace QemuTest.Tests.Docs;

/// <summary>The types, members and environment variables that compiled code uses. Overloads and generic arguments count as one. A call of
/// an interface or base method reaches the implementation in every type that the code uses.</summary>
internal sealed class CodeGraph
{
    private readonly Dictionary<string, HashSet<string>> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _typesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _reachable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public CodeGraph(IEnumerable<string> assemblies)
    {
        foreach (string path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (TypeDefinition type in assembly.MainModule.GetAllTypes())
            {
                Add($"assembly {assembly.Name.Name}", Node(type));
                Read(type);
            }
        }
    }

    /// <summary>Gets whether there is a type, member or environment variable of this name, for example <c>Type.Member</c>.</summary>
    public bool Has(string name) => WithBases(name).Any(_names.Contains);

    /// <summary>Gets whether the code of a type uses this name, directly or indirectly.</summary>
    public bool Uses(string type, string name)
    {
        if (!_reachable.TryGetValue(type, out HashSet<string>? reachable))
            _reachable[type] = reachable = ReachableFrom(type);
        return WithBases(name).Any(reachable.Contains);
    }

    /// <summary>Makes one node use another, which its code starts in another process.</summary>
    public void Add(string user, string used)
    {
        if (!_uses.TryGetValue(user, out HashSet<string>? all))
            _uses[user] = all = new(StringComparer.Ordinal);
        all.Add(used);
    }

    private static string Node(TypeReference type) => type.GetElementType().FullName;

    private static string Node(MethodReference method) => $"{Node(method.DeclaringType)}::{MemberName(method.Name)}";

    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type is GenericInstanceType generic ? generic.GenericArguments.SelectMany(Parts).Append(type) : [type];

    private static string TypeOf(string node) => node.Split("::")[0];

    private static string MemberName(string name) =>
        name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) ? name[4..] : name;

    private static string SimpleName(string type) => type.Split('.', '/')[^1].Split('`')[0];

    // "Namespace.Type::Member" as "Type.Member".
    private static string ShortName(string node) =>
        node.Contains("::", StringComparison.Ordinal) ? $"{SimpleName(TypeOf(node))}.{node.Split("::")[1]}" : SimpleName(node);

    // A member may be declared by a base type.
    private IEnumerable<string> WithBases(string name)
    {
        yield return name;
        if (name.Split('.') is not [var simple, var member])
            yield break;
        foreach (string type in _typesByName.GetValueOrDefault(simple) ?? [])
        {
            for (string? above = type; above is not null; above = _bases.GetValueOrDefault(above))
                yield return $"{SimpleName(above)}.{member}";
        }
    }

    private HashSet<string> ReachableFrom(string typeName)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var left = new Stack<string>(_typesByName.GetValueOrDefault(typeName) ?? []);
        while (left.TryPop(out string? node))
        {
            if (!reached.Add(node))
                continue;
            foreach (string next in _uses.GetValueOrDefault(node) ?? [])
                left.Push(next);
            foreach (string implementation in _overrides.GetValueOrDefault(node) ?? [])
            {
                if (types.Contains(TypeOf(implementation)))
                    left.Push(implementation);
                else if (waiting.TryGetValue(TypeOf(implementation), out List<string>? others))
                    others.Add(implementation);
                else
                    waiting[TypeOf(implementation)] = [implementation];
            }

            if (types.Add(TypeOf(node)) && waiting.Remove(TypeOf(node), out List<string>? ready))
                ready.ForEach(left.Push);
        }

        return [.. reached.Select(ShortName), .. types.Select(SimpleName)];
    }

    private void Read(TypeDefinition type)
    {
        _names.Add(SimpleName(Node(type)));
        if (!_typesByName.TryGetValue(SimpleName(Node(type)), out List<string>? same))
            _typesByName[SimpleName(Node(type))] = same = [];
        same.Add(Node(type));
        IEnumerable<TypeReference> bases = [.. type.BaseType is null ? [] : new[] { type.BaseType }, .. type.Interfaces.Select(i => i.InterfaceType)];
        foreach (TypeReference above in bases)
            Add(Node(type), Node(above));
        if (type.BaseType is not null)
            _bases[Node(type)] = Node(type.BaseType);
        foreach (CustomAttribute attribute in type.CustomAttributes.Concat(type.Methods.SelectMany(method => method.CustomAttributes)))
            Add(Node(type), Node(attribute.AttributeType));
        foreach (FieldDefinition field in type.Fields)
        {
            _names.Add(ShortName($"{Node(type)}::{field.Name}"));
            // The compiler replaces a constant by its value.
            if (field.HasConstant)
                Add(Node(type), $"{Node(type)}::{field.Name}");
        }

        foreach (MethodDefinition method in type.Methods)
        {
            _names.Add(ShortName(Node(method)));
            Add(Node(type), Node(method));
            foreach (TypeReference above in bases.Where(_ => method.IsVirtual))
            {
                string overridden = $"{Node(above)}::{MemberName(method.Name.Split('.')[^1])}";
                if (!_overrides.TryGetValue(overridden, out List<string>? all))
                    _overrides[overridden] = all = [];
                all.Add(Node(method));
            }

            if (method.HasBody)
                Read(method);
        }
    }

    private void Read(MethodDefinition method)
    {
        foreach (TypeReference generated in method.Body.Variables.Select(v => v.VariableType).Where(type => type.Name.StartsWith('<')))
            Add(Node(method), Node(generated));
        foreach (object? operand in method.Body.Instructions.Select(instruction => instruction.Operand))
        {
            switch (operand)
            {
                case MethodReference called:
                    Add(Node(method), Node(called));
                    foreach (TypeReference used in called.Parameters.SelectMany(parameter => Parts(parameter.ParameterType)))
                        Add(Node(method), Node(used));
                    break;
                case TypeReference type:
                    Add(Node(method), Node(type));
                    break;
                case FieldReference field:
                    Add(Node(method), $"{Node(field.DeclaringType)}::{field.Name}");
                    break;
                case string text when text.StartsWith("QEMU_", StringComparison.Ordinal) || text.StartsWith("MESON_", StringComparison.Ordinal):
                    Add(Node(method), text);
                    _names.Add(text);
                    break;
            }
        }
    }
}
