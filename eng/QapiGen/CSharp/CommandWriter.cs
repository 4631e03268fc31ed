using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes one asynchronous method for each command.</summary>
internal sealed class CommandWriter(CSharpTypes types, JsonRegistry json)
{
    public void WriteMethod(CodeWriter code, Command command, string method)
    {
        MemberWriter members = new(code, types);
        bool spread = Spreads(command);
        Scope scope = new("qmp", "options", "cancellationToken", "arguments");
        (Member Member, string Property, string Parameter)[] parameters = spread ? Parameters(command, scope) : [];

        members.Summary(MemberWriter.Describe(command, "command"));
        members.Parameter("qmp", "The monitor.");
        DocComment? doc = ArgumentsDoc(command);
        foreach ((Member member, _, string parameter) in parameters)
            members.Parameter(parameter, MemberWriter.Describe(member, doc));
        if (command.Data is not null && !spread)
            members.Parameter("arguments", "The arguments.");
        members.Parameter("options", "Timeout, out-of-band execution and file descriptors, or null for the defaults.");
        members.Parameter("cancellationToken", "Cancels the wait; QEMU may still run the command.");
        if (!command.Flags.SuccessResponse)
            code.Line("/// <remarks>QEMU only replies after a failure. After a success the call ends with a <see cref=\"QmpTimeoutException\"/>.</remarks>");
        members.Attributes(command.Features, command.If, experimental: true);

        string result = command.Returns is null ? "Task" : $"Task<{types.Reference(command.Returns)}>";
        List<string> signature = ["this IQmpExecutor qmp"];
        signature.AddRange(parameters.Select(p => p.Member.Optional
            ? $"{types.Reference(p.Member.Type)}? {p.Parameter} = null"
            : $"{types.Reference(p.Member.Type)} {p.Parameter}"));
        if (command.Data is not null && !spread)
            signature.Add($"{types.Reference(command.Data)} arguments");
        signature.Add("QmpCommandOptions? options = null");
        signature.Add("CancellationToken cancellationToken = default");
        code.Line($"public static {result} {method}(");
        code.Indented(() =>
        {
            for (int i = 0; i < signature.Count; i++)
                code.Line(signature[i] + (i < signature.Count - 1 ? "," : ") =>"));
            WriteCall(code, command, spread, parameters);
        });
        code.Gap();
    }

    private void WriteCall(
        CodeWriter code, Command command, bool spread, (Member Member, string Property, string Parameter)[] parameters)
    {
        string metadata = json.MetadataOf(command, types);
        string tail = (metadata.Length > 0 ? metadata + ", " : "") + "options, cancellationToken);";
        if (command.Data is null)
        {
            code.Line($"qmp.CallAsync(\"{command.Name}\", {tail}");
            return;
        }

        if (!spread)
        {
            code.Line($"qmp.CallAsync(\"{command.Name}\", arguments, {tail}");
            return;
        }

        code.Line("qmp.CallAsync(");
        code.Indented(() =>
        {
            code.Line($"\"{command.Name}\",");
            code.Line($"new {types.NameOf(command.Data)}");
            code.Open();
            foreach ((_, string property, string parameter) in parameters)
                code.Line($"{property} = {parameter},");
            code.Close(",");
            code.Line(tail);
        });
    }

    /// <summary>Gets whether the arguments become parameters: not if the schema boxes them, and not if the command accepts arguments that
    /// are not in the schema.</summary>
    private static bool Spreads(Command command) =>
        command is { Data: { Branches: null, Members.Count: > 0 }, Boxed: false, Flags.Generated: true };

    private (Member Member, string Property, string Parameter)[] Parameters(Command command, Scope scope)
    {
        Scope properties = new([.. Scope.OfRecord, types.NameOf(command.Data!)]);
        return [.. command.Data!.Members
            .Select(member => (member, properties.Take(Identifiers.Pascal(member.Name)), scope.Take(Identifiers.Camel(member.Name))))
            .OrderBy(parameter => parameter.member.Optional)];
    }

    private static DocComment? ArgumentsDoc(Command command) =>
        command.Data is { IsImplicit: true } ? command.Doc : command.Data?.Doc;
}
