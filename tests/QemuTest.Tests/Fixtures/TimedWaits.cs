using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace QemuTest.Tests.Fixtures;

/// <summary>Finds methods that set a timeout of .NET in compiled code. A method counts as scaled if it calls <c>Timeouts.Scale</c>, if it
/// reads a field that holds the result of such a call, or if it is not public, has a <see cref="TimeSpan"/> parameter, and has only
/// scaled callers. Overloads count as one method.</summary>
internal sealed partial class TimedWaits
{
    private static readonly string[] Waiting =
    [
        "System.Threading.CancellationTokenSource", "System.Threading.Tasks.Task", "System.Threading.Tasks.Task`1", "System.Threading.SemaphoreSlim",
        "System.Threading.WaitHandle", "System.Threading.Thread", "System.Threading.Monitor", "System.Diagnostics.Process",
        "System.Threading.ManualResetEventSlim", "System.Threading.CountdownEvent", "System.Net.Sockets.Socket",
    ];

    private readonly Dictionary<string, Method> _methods = [];
    private readonly HashSet<string> _scaledFields = [];

    private TimedWaits(IEnumerable<string> assemblies)
    {
        foreach (string path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (MethodDefinition method in assembly.MainModule.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
                Read(method);
        }
    }

    public static IReadOnlyList<TimedWait> In(IEnumerable<string> assemblies)
    {
        var all = new TimedWaits(assemblies);
        return [.. from entry in all._methods from wait in entry.Value.Waits select new TimedWait(entry.Key, wait, all.IsScaled(entry.Key, []))];
    }

    private bool IsScaled(string name, HashSet<string> asked)
    {
        Method method = _methods[name];
        if (method.Scales || method.Fields.Overlaps(_scaledFields))
            return true;
        if (!asked.Add(name))
            return false;
        string[] callers = [.. _methods.Where(other => other.Key != name && other.Value.Calls.Contains(name)).Select(other => other.Key)];
        return method.TakesTime && callers.Length > 0 && callers.All(caller => IsScaled(caller, asked));
    }

    private void Read(MethodDefinition definition)
    {
        string name = SourceName(definition);
        if (!_methods.TryGetValue(name, out Method? method))
            _methods[name] = method = new Method();
        method.TakesTime |= !IsPublic(definition) && definition.Parameters.Any(p => p.ParameterType.FullName == "System.TimeSpan");
        foreach (Instruction instruction in definition.Body.Instructions)
        {
            if (instruction.Operand is FieldReference field)
            {
                if (instruction.OpCode.Code is not (Code.Stfld or Code.Stsfld))
                    method.Fields.Add(field.FullName);
                else if (instruction.Previous?.Operand is MethodReference stored && IsScale(stored))
                    _scaledFields.Add(field.FullName);
            }

            if (instruction.Operand is not MethodReference called)
                continue;
            if (IsScale(called))
                method.Scales |= !IsFieldStore(instruction.Next);
            else if (SetsTimeout(called))
                method.Waits.Add($"{called.DeclaringType.Name.Split('`')[0]}.{called.Name}");
            else if (called.DeclaringType.Namespace.StartsWith("QemuTest", StringComparison.Ordinal) || called.DeclaringType.DeclaringType is not null)
                method.Calls.Add(SourceName(called));
        }
    }

    // The compiler moves some local variables to fields of types that it generates.
    private static bool IsFieldStore(Instruction instruction) =>
        instruction.OpCode.Code is Code.Stfld or Code.Stsfld && !((FieldReference)instruction.Operand).DeclaringType.Name.StartsWith('<');

    private static bool IsScale(MethodReference called) => called.DeclaringType.FullName == "QemuTest.Timeouts" && called.Name == "Scale";

    private static bool SetsTimeout(MethodReference called)
    {
        TypeReference type = called.DeclaringType.GetElementType();
        if (type.FullName.StartsWith("QemuTest", StringComparison.Ordinal))
            return false;
        bool takesTime = called.Parameters.Any(p => p.ParameterType.FullName is "System.TimeSpan" or "System.Int32");
        return takesTime && (called.Name.StartsWith("set_", StringComparison.Ordinal)
            ? called.Name.EndsWith("Timeout", StringComparison.Ordinal) && !called.Name.EndsWith("IdleTimeout", StringComparison.Ordinal)
            : Waiting.Contains(type.FullName) && (TimedName().IsMatch(called.Name) || type.Name == "CancellationTokenSource"));
    }

    private static bool IsPublic(MethodDefinition method)
    {
        bool visible = method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
        for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.DeclaringType)
            visible &= type.IsPublic || type.IsNestedPublic || type.IsNestedFamily;
        return visible;
    }

    // The compiler moves the code of lambdas, local functions and asynchronous methods to methods and types whose names start with
    // the original name in angle brackets.
    private static string SourceName(MethodReference method)
    {
        var types = new List<string>();
        string name = method.Name;
        if (Generated().Match(name) is { Success: true } lambda)
            name = lambda.Groups[1].Value;
        for (TypeReference type = method.DeclaringType.GetElementType(); type is not null; type = type.DeclaringType)
        {
            if (Generated().Match(type.Name) is { Success: true } machine)
                name = machine.Groups[1].Value;
            else if (!type.Name.StartsWith('<'))
                types.Insert(0, type.Name.Split('`')[0]);
        }

        return $"{string.Join('.', types)}.{name}";
    }

    [GeneratedRegex("^<+([^<>]+)>")]
    private static partial Regex Generated();

    [GeneratedRegex("^(Delay|Sleep|Join|Poll|TryEnter|Wait.*|SignalAndWait)$")]
    private static partial Regex TimedName();

    private sealed class Method
    {
        public bool Scales { get; set; }

        public bool TakesTime { get; set; }

        public HashSet<string> Waits { get; } = [];

        public HashSet<string> Calls { get; } = [];

        public HashSet<string> Fields { get; } = [];
    }
}
