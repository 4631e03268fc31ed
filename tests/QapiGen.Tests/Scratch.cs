namespace QemuTest.QapiGen.Tests;

/// <summary>A temporary folder for one schema and its generated code.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qapi-").FullName;

    public string Output => At("out");

    public string At(string name) => Path.Combine(_folder, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    /// <summary>Runs the generator and gets the exit code and the error text without the name of the folder.</summary>
    public (int Exit, string Error) Generate(string nameSpace = "Generated", GeneratedCode? handlers = null)
    {
        StringWriter error = new() { NewLine = "\n" };
        int exit = QapiGenerator.Run(At("schema.json"), new(Output, nameSpace), handlers, error);
        return (exit, error.ToString().Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    /// <summary>Gets the code generated from a schema without errors.</summary>
    public string Generated(string schema)
    {
        Write("schema.json", schema);
        Assert.That(Generate(), Is.EqualTo((0, "")));
        return string.Concat(Directory.GetFiles(Output).Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
