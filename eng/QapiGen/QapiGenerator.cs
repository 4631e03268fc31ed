using QemuTest.QapiGen.CSharp;
using QemuTest.QapiGen.Model;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen;

/// <summary>Generates the C# types, commands and events of a QAPI schema.</summary>
public static class QapiGenerator
{
    /// <summary>Reads a schema and writes its files. Generated files of an earlier run that are no longer produced
    /// are removed.</summary>
    /// <param name="schema">The root schema file.</param>
    /// <param name="output">The folder to write to; made if it is not there.</param>
    /// <param name="nameSpace">The C# namespace of what is generated.</param>
    /// <param name="error">Where an error is written.</param>
    /// <returns>0, or 1 after an error; then nothing was written.</returns>
    public static int Run(string schema, string output, string nameSpace, TextWriter error)
    {
        if (!Identifiers.IsNamespace(nameSpace))
        {
            error.WriteLine($"'{nameSpace}' is not a C# namespace; give one such as My.Qapi with --namespace");
            return 1;
        }

        if (schema.Length == 0 || output.Length == 0)
        {
            error.WriteLine("an empty path: --schema names the root schema file, --output a folder");
            return 1;
        }

        try
        {
            IReadOnlyDictionary<string, string> files = CSharpBackend.Write(Schema.Load(schema), nameSpace);
            OutputFolder.Write(output, files);
            return 0;
        }
        catch (SchemaException problem)
        {
            error.WriteLine(problem.Render());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"can't write to '{output}': {problem.Message}");
        }

        return 1;
    }
}
