using System.CommandLine;
using QemuTest.QapiGen;

namespace QemuTest.Tool;

/// <summary><c>qemu-test qapi</c>: generates the typed API of a QAPI schema.</summary>
internal static class QapiCommand
{
    public static Command Create()
    {
        Option<string> schema = new("--schema")
        {
            Description = "The root schema file, for example qapi/qapi-schema.json in a QEMU source tree.",
            Required = true,
        };
        Option<string> output = new("--output") { Description = "The folder for the C# files. Old generated files in it are deleted.", Required = true };
        Option<string> nameSpace = new("--namespace") { Description = "The C# namespace, for example My.Qapi.", Required = true };
        Option<string?> handlers = new("--handlers")
        {
            Description = "A second folder, for the command handlers of a fake monitor (needs the package QemuTest.Qmp.Testing). Default: no handlers.",
        };
        Option<string?> handlersNamespace = new("--handlers-namespace") { Description = "The C# namespace of the handlers. Default: the value of --namespace." };
        Option<bool> strict = new("--strict")
        {
            Description = "Makes an answer without a mandatory member an error at once. Default: an error only when the program reads the member.",
        };
        Command command = new("qapi", "Generates C# types, commands and events from a QAPI schema.") { schema, output, nameSpace, handlers, handlersNamespace, strict };
        command.SetAction(parsed =>
        {
            GeneratedCode api = new(parsed.GetRequiredValue(output), parsed.GetRequiredValue(nameSpace));
            GeneratedCode? server = parsed.GetValue(handlers) is { } folder ? new(folder, parsed.GetValue(handlersNamespace) ?? api.Namespace) : null;
            return QapiGenerator.Run(parsed.GetRequiredValue(schema), api, server, Console.Error, parsed.GetValue(strict));
        });
        return command;
    }
}
