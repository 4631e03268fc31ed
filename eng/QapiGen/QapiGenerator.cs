using QemuTest.QapiGen.CSharp;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen;

/// <summary>Generates the C# types, commands and events of a QAPI schema.</summary>
public static class QapiGenerator
{
    /// <summary>Reads a schema and writes its files. Deletes generated files of an earlier run that no longer exist.</summary>
    /// <param name="schema">The path of the root schema file.</param>
    /// <param name="api">The folder and the namespace of the API.</param>
    /// <param name="handlers">The folder and the namespace of the command handlers for a fake monitor, or null for no handlers.</param>
    /// <param name="error">The writer for an error message.</param>
    /// <param name="strict">Whether JSON without a mandatory member is an error at once, not only when a program reads the member.</param>
    /// <returns>0, or 1 after an error. After an error in the schema nothing is written.</returns>
    public static int Run(string schema, GeneratedCode api, GeneratedCode? handlers, TextWriter error, bool strict = false)
    {
        GeneratedCode[] outputs = handlers is null ? [api] : [api, handlers];
        if (Problem(schema, outputs) is { } wrong)
        {
            error.WriteLine(wrong);
            return 1;
        }

        string folder = api.Folder;
        try
        {
            var backend = new CSharpBackend(Schema.Load(schema), api.Namespace, strict);
            OutputFolder.Write(api.Folder, backend.WriteApi());
            if (handlers is not null)
            {
                folder = handlers.Folder;
                OutputFolder.Write(handlers.Folder, backend.WriteHandlers(handlers.Namespace));
            }

            return 0;
        }
        catch (SchemaException problem)
        {
            error.WriteLine(problem.Render());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"cannot write to '{folder}': {problem.Message}");
        }

        return 1;
    }

    private static string? Problem(string schema, GeneratedCode[] outputs)
    {
        if (outputs.FirstOrDefault(output => !Identifiers.IsNamespace(output.Namespace)) is { } wrong)
            return $"'{wrong.Namespace}' is not a C# namespace; use a name such as My.Qapi";
        if (schema.Length == 0 || outputs.Any(output => output.Folder.Length == 0))
            return "a path is empty; --schema needs the root schema file, --output and --handlers need a folder";
        return outputs.Select(output => Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Folder))).Distinct().Count() < outputs.Length
            ? "--output and --handlers are the same folder; use two folders"
            : null;
    }
}
