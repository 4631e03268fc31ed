using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes the command handlers of a fake monitor: one method for each command, and the dispatch to them.</summary>
internal sealed class HandlerWriter(CSharpTypes types, JsonRegistry json)
{
    public const string Summary = "The command handlers of a fake monitor. Override the handlers that a test needs.";

    public void WriteHandler(CodeWriter code, Command command, string method)
    {
        MemberWriter members = new(code, types);
        members.Summary($"Answers <c>{command.Name}</c>. The default is the error for an unknown command.");
        if (command.Data is not null)
            members.Parameter("arguments", "The decoded arguments.");
        members.Parameter("cancellationToken", "Cancels the operation.");
        members.Attributes(command.Features, command.If);
        string arguments = command.Data is null ? "" : $"{types.Reference(command.Data)} arguments, ";
        (string result, string type) = command.Returns is null
            ? ("Task", "JsonElement")
            : ($"Task<{types.Reference(command.Returns)}>", types.Reference(command.Returns));
        code.Line($"public virtual {result} {method}({arguments}CancellationToken cancellationToken = default) =>");
        code.Indented(() => code.Line($"NotFoundAsync<{type}>(\"{command.Name}\");"));
        code.Gap();
    }

    public CodeWriter WriteDispatch(IReadOnlyDictionary<Command, string> methods)
    {
        CodeWriter code = new();
        code.Line($"/// <summary>{Summary}</summary>");
        code.Line("public abstract partial class QmpCommandHandlers : QapiServer");
        code.Open();
        code.Line("/// <inheritdoc/>");
        code.Line("protected override Task<JsonElement> DispatchAsync(");
        code.Indented(() => code.Line("string command, JsonElement? arguments, CancellationToken cancellationToken = default) => command switch"));
        code.Open();
        foreach ((Command command, string method) in methods)
            code.Line(Dispatch(command, method));
        code.Line("_ => NotFoundAsync<JsonElement>(command),");
        code.Close(";");
        code.Close();
        return code;
    }

    private string Dispatch(Command command, string method)
    {
        string metadata = json.MetadataOf(command, types);
        string separator = metadata.Length > 0 ? ", " : "";
        return command.Data is null
            ? $"\"{command.Name}\" => AnswerAsync({method}{separator}{metadata}, cancellationToken),"
            : $"\"{command.Name}\" => AnswerAsync(\"{command.Name}\", arguments, {method}{separator}{metadata}, cancellationToken),";
    }
}
