using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace QemuTest.Tests.Docs;

/// <summary>The types, methods and texts that compiled code uses. Overloads and generic arguments count as one; a call of an interface or
/// base method reaches every implementation. So it may reach too much, but never too little within the process.</summary>
internal sealed class CodeGraph
{
    private readonly Dictionary<string, HashSet<string>> _uses = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public CodeGraph(IEnumerable<string> assemblies)
    {
        foreach (string path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            string all = $"assembly {Path.GetFileNameWithoutExtension(path)}";
            foreach (TypeDefinition type in assembly.MainModule.GetAllTypes())
            {
                _names.Add(type.Name);
                Add(all, type.FullName);
                Read(type);
            }
        }
    }

    /// <summary>Gets all names: <c>Type</c>, <c>Type.Member</c> and environment variables.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>Makes one node use another that the code reaches in another process.</summary>
    public void Add(string user, string used)
    {
        if (!_uses.TryGetValue(user, out HashSet<string>? all))
            _uses[user] = all = new(StringComparer.Ordinal);
        all.Add(used);
    }

    /// <summary>Gets every name that the types of this name use, directly or indirectly.</summary>
    public HashSet<string> ReachableFrom(string typeName)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>(_uses.Keys.Where(node => node == typeName || node.EndsWith("." + typeName, StringComparison.Ordinal)));
        while (left.TryPop(out string? node))
        {
            if (reached.Add(node) && _uses.TryGetValue(node, out HashSet<string>? used))
            {
                foreach (string next in used)
                    left.Push(next);
            }
        }

        return [.. reached.Select(ShortName)];
    }

    // "Namespace.Type::Member" and "Namespace.Type" without the namespace, "Type.Member" for properties.
    private static string ShortName(string node)
    {
        string[] parts = node.Split("::");
        string type = parts[0].Split('.', '/')[^1].Split('`')[0];
        return parts.Length == 1 ? type : $"{type}.{parts[1]}";
    }

    private static string MemberName(string name) => name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) ? name[4..] : name;

    private static string Node(TypeReference type) => type.GetElementType().FullName;

    private static string Node(MethodReference method) => $"{Node(method.DeclaringType)}::{MemberName(method.Name)}";

    private void Read(TypeDefinition type)
    {
        IEnumerable<TypeReference> bases = [.. type.BaseType is null ? [] : new[] { type.BaseType }, .. type.Interfaces.Select(i => i.InterfaceType)];
        foreach (TypeReference above in bases)
            Add(Node(type), Node(above));
        foreach (CustomAttribute attribute in type.CustomAttributes.Concat(type.Methods.SelectMany(method => method.CustomAttributes)))
            Add(Node(type), Node(attribute.AttributeType));
        foreach (FieldDefinition field in type.Fields)
            _names.Add($"{type.Name}.{field.Name}");
        // The compiler replaces a constant by its value.
        foreach (FieldDefinition constant in type.Fields.Where(field => field.HasConstant))
            Add(Node(type), $"{Node(type)}::{constant.Name}");
        foreach (MethodDefinition method in type.Methods)
        {
            _names.Add($"{type.Name.Split('`')[0]}.{MemberName(method.Name)}");
            _names.Add($"{type.Name.Split('`')[0]}.{method.Name}");
            Add(Node(type), Node(method));
            foreach (TypeReference above in bases)
                Add($"{Node(above)}::{MemberName(method.Name)}", Node(method));
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
                    break;
                case TypeReference type:
                    Add(Node(method), Node(type));
                    break;
                case FieldReference field:
                    Add(Node(method), $"{Node(field.DeclaringType)}::{field.Name}");
                    break;
                case string text when text.StartsWith("QEMU_", StringComparison.Ordinal):
                    Add(Node(method), text);
                    _names.Add(text);
                    break;
            }
        }
    }
}
