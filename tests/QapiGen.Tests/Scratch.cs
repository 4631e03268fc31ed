namespace QemuTest.QapiGen.Tests;

/// <summary>A folder for one schema, and for what is generated from it.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qapi-").FullName;

    public string Output => At("out");

    public string At(string name) => Path.Combine(_folder, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    /// <summary>The exit code, and what went to standard error with the folder's name taken out.</summary>
    public (int Exit, string Error) Generate(string nameSpace = "Generated")
    {
        StringWriter error = new() { NewLine = "\n" };
        int exit = QapiGenerator.Run(At("schema.json"), Output, nameSpace, error);
        return (exit, error.ToString().Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    /// <summary>What is generated from a schema that has no error.</summary>
    public string Generated(string schema)
    {
        Write("schema.json", schema);
        Assert.That(Generate(), Is.EqualTo((0, "")));
        return string.Concat(Directory.GetFiles(Output).Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
