using QemuTest.QapiGen.Model;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes the C# files of a schema: types, commands, events and handlers for each module, and the files for all modules.</summary>
internal sealed class CSharpBackend
{
    private readonly Schema _schema;
    private readonly string _namespace;
    private readonly CSharpTypes _types;
    private readonly JsonRegistry _json = new();
    private readonly Dictionary<Command, string> _methods = [];

    /// <param name="schema">The schema.</param>
    /// <param name="nameSpace">The namespace of the API.</param>
    /// <param name="isStrict">Whether JSON without a mandatory member is an error.</param>
    public CSharpBackend(Schema schema, string nameSpace, bool isStrict = false)
    {
        _schema = schema;
        _namespace = nameSpace;
        _types = new CSharpTypes(schema, nameSpace, isStrict);
        Scope methods = new();
        foreach (Command command in schema.Entities.OfType<Command>())
            _methods.Add(command, methods.Take(Identifiers.Pascal(command.Name) + "Async"));
    }

    /// <summary>Gets the text of every file of the API, by file name.</summary>
    public IReadOnlyDictionary<string, string> WriteApi()
    {
        SourceFiles files = new(_namespace, ["QemuTest.Qmp"]);
        WriteBuiltin(files);
        ForEachModule((stem, entities) =>
        {
            WriteTypes(files, stem + ".Types.cs", entities);
            WriteEvents(files, stem + ".Events.cs", [.. entities.OfType<Event>()]);
            CommandWriter writer = new(_types, _json);
            WriteClass(files, stem + ".Commands.cs", "public static partial class QmpCommands",
                "The commands of the schema, one method each.", entities, writer.WriteMethod);
        });
        WriteEvents(files);
        WriteContext(files);
        return files.Texts;
    }

    /// <summary>Gets the text of every file of the command handlers, by file name.</summary>
    public IReadOnlyDictionary<string, string> WriteHandlers(string nameSpace)
    {
        SourceFiles files = new(nameSpace, ["QemuTest.Qmp", "QemuTest.Qmp.Testing"], nearer: nameSpace == _namespace ? null : _namespace);
        HandlerWriter writer = new(_types, _json);
        ForEachModule((stem, entities) => WriteClass(files, stem + ".Handlers.cs", "public abstract partial class QmpCommandHandlers",
            HandlerWriter.Summary, entities, writer.WriteHandler));
        files.Add("QmpCommandHandlers.cs", writer.WriteDispatch(_methods));
        return files.Texts;
    }

    private void ForEachModule(Action<string, Entity[]> write)
    {
        Scope stems = new("QmpCommands", "QmpEvents", "QmpCommandHandlers", "QapiJsonContext");
        foreach (string module in _schema.Modules.Names)
        {
            string stem = stems.Take(Identifiers.Pascal(Path.GetFileNameWithoutExtension(module)));
            write(stem, [.. _schema.Entities.Where(entity => _schema.Modules.NameOf(entity) == module)]);
        }
    }

    /// <summary>Writes QType, if the schema uses it. It is predefined but not built in.</summary>
    private void WriteBuiltin(SourceFiles files)
    {
        EnumType kinds = (EnumType)_schema.FindType("QType")!;
        if (_schema.Entities.OfType<ObjectType>().Any(type => type.Members.Any(member => member.Type == kinds)))
            WriteTypes(files, "Builtin.Types.cs", [kinds]);
    }

    private void WriteTypes(SourceFiles files, string file, Entity[] entities)
    {
        CodeWriter code = new();
        TypeWriter types = new(code, _types, _json);
        foreach (Entity entity in entities)
        {
            switch (entity)
            {
                case EnumType type:
                    types.Write(type);
                    break;
                case AlternateType type:
                    new AlternateWriter(code, _types, _json).Write(type);
                    break;
                case ObjectType { IsImplicit: true }:
                    break;
                case ObjectType { Branches: not null } type:
                    new UnionWriter(code, _types, _json).Write(type);
                    break;
                case ObjectType type:
                    types.Write(type, MemberWriter.Describe(type, "struct"), type.Doc);
                    break;
                case Command { Data: { IsImplicit: true, Members.Count: > 0 } data } command:
                    types.Write(data, $"The arguments of <c>{command.Name}</c>.", command.Doc);
                    break;
            }
        }

        files.Add(file, code);
    }

    private void WriteEvents(SourceFiles files, string file, Event[] events)
    {
        CodeWriter code = new();
        EventWriter writer = new(_types, _json);
        foreach (Event happening in events)
            writer.Write(code, happening);
        files.Add(file, code);
    }

    private void WriteClass(
        SourceFiles files, string file, string declaration, string summary, Entity[] entities, Action<CodeWriter, Command, string> write)
    {
        Command[] commands = [.. entities.OfType<Command>()];
        CodeWriter code = new();
        if (commands.Length > 0)
        {
            code.Line($"/// <summary>{summary}</summary>");
            code.Line(declaration);
            code.Open();
            foreach (Command command in commands)
                write(code, command, _methods[command]);
            code.Close();
        }

        files.Add(file, code);
    }

    private void WriteEvents(SourceFiles files)
    {
        Event[] events = [.. _schema.Entities.OfType<Event>()];
        EventWriter writer = new(_types, _json);
        CodeWriter code = new();
        code.Line("/// <summary>Converts events of the schema between QMP messages and records.</summary>");
        code.Line("public static class QmpEvents");
        code.Open();
        code.Line("/// <summary>Converts an event to its record, or to an <see cref=\"UnknownQapiEvent\"/> if it is not in the schema.</summary>");
        code.Line("/// <param name=\"message\">The event.</param>");
        code.Line("/// <exception cref=\"QmpAnswerException\">The data does not match the schema.</exception>");
        code.Line("public static QapiEvent Decode(QmpEvent message) => message.Name switch");
        code.Open();
        foreach (Event happening in events)
            code.Line($"{_types.NameOf(happening)}.EventName => QapiCalls.DecodeEvent<{_types.NameOf(happening)}>(message),");
        code.Line("_ => new UnknownQapiEvent(message.Name, message.Data) { Timestamp = message.Timestamp },");
        code.Close(";");
        code.Gap();
        code.Line("/// <summary>Converts a record to the data of an event.</summary>");
        code.Line("/// <param name=\"happening\">The record.</param>");
        code.Line("public static JsonElement Encode(QapiEvent happening) => happening switch");
        code.Open();
        foreach (Event happening in events)
            code.Line(writer.Encode(happening));
        code.Line("UnknownQapiEvent data => data.Data,");
        code.Line("_ => throw new ArgumentException($\"{happening.QmpName} is not an event of this schema\", nameof(happening)),");
        code.Close(";");
        code.Close();
        files.Add("QmpEvents.cs", code);
    }

    private void WriteContext(SourceFiles files)
    {
        // Without explicit names the JSON generator names a list after the short name of its element, so String and string collide.
        foreach (SchemaType type in _schema.Entities.OfType<ObjectType>().SelectMany(type => type.OwnMembers).Select(member => member.Type))
            _json.Add(_types.Reference(type), _types.JsonName(type));
        CodeWriter code = new();
        code.Line("/// <summary>The JSON metadata of all types, generated at compile time, so that trimming is safe.</summary>");
        code.Line("[JsonSourceGenerationOptions(");
        code.Indented(() =>
        {
            code.Line("GenerationMode = JsonSourceGenerationMode.Metadata)]");
        });
        foreach ((string type, string name) in _json.Entries)
            code.Line($"[JsonSerializable(typeof({type}), TypeInfoPropertyName = \"{name}\")]");
        code.Line("internal sealed partial class QapiJsonContext : JsonSerializerContext;");
        files.Add("QapiJsonContext.cs", code);
    }
}
