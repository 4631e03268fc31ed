using System.CommandLine;
using QemuTest.QapiGen;

namespace QemuTest.Tool;

/// <summary><c>qemu-test qapi</c>: the typed API of a QAPI schema.</summary>
internal static class QapiCommand
{
    public static Command Create()
    {
        Option<string> schema = new("--schema") { Description = "The root schema file, such as qapi/qapi-schema.json of a QEMU tree.", Required = true };
        Option<string> output = new("--output") { Description = "The folder that the C# files are written to.", Required = true };
        Option<string> nameSpace = new("--namespace") { Description = "Their namespace.", Required = true };
        Command command = new("qapi", "Generates C# types, commands and events from a QAPI schema.") { schema, output, nameSpace };
        command.SetAction(result => QapiGenerator.Run(
            result.GetRequiredValue(schema), result.GetRequiredValue(output), result.GetRequiredValue(nameSpace), Console.Error));
        return command;
    }
}
