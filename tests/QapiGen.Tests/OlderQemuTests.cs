using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.QapiGen.Tests;

/// <summary>Answers of a QEMU that does not have all mandatory members of the schema.</summary>
[Quick]
internal sealed class OlderQemuTests
{
    [Test]
    public async Task A_missing_mandatory_member_is_an_error_only_when_it_is_read()
    {
        StatusInfo status = await new RecordingServer("""{ "running": true }""").QueryStatusAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Running);
            Assert.That(status.MissingMembers, Is.EqualTo(new[] { "status" }));
            Assert.That(status.ToString(), Is.EqualTo("StatusInfo { running: true }"));
            Assert.That(() => status.Status, Throws.TypeOf<QmpAnswerException>()
                .With.Message.StartsWith("query-status: 'status' of StatusInfo is missing in the answer of this QEMU.")
                .And.Property(nameof(QmpAnswerException.Member)).EqualTo("status")
                .And.Property(nameof(QmpException.Command)).EqualTo("query-status"));
        }
    }

    [Test]
    public async Task A_missing_member_deep_in_an_answer_names_the_command()
    {
        IReadOnlyList<Memdev> memory = await new RecordingServer("""[ { "size": 1, "merge": true }, { "size": 2 } ]""").QueryMemdevAsync();

        Assert.That(memory[1].Size, Is.EqualTo(2));
        Assert.That(() => memory[1].Merge, Throws.TypeOf<QmpAnswerException>().With.Message.StartsWith("query-memdev: 'merge' of Memdev"));
    }

    [Test]
    public async Task A_missing_tag_is_an_error_only_when_it_is_read()
    {
        IReadOnlyList<SchemaInfo> schema = await new RecordingServer("""[ { "name": "x" } ]""").QueryQmpSchemaAsync();

        Assert.That(schema[0], Is.TypeOf<SchemaInfo.UnknownBranch>().With.Property("Name").EqualTo("x"));
        Assert.That(() => schema[0].MetaType, Throws.TypeOf<QmpAnswerException>().With.Message.Contains("'meta-type'"));
    }

    [Test]
    public async Task A_missing_value_is_not_written_back()
    {
        StatusInfo status = await new RecordingServer("""{ "running": true, "new": 1 }""").QueryStatusAsync();

        Assert.That((await Echo.Of(status)).GetRawText(), Is.EqualTo("""{"running":true,"new":1}"""));
    }

    [Test]
    public async Task A_copy_can_get_the_missing_member()
    {
        StatusInfo status = await new RecordingServer("""{ "running": true }""").QueryStatusAsync();

        StatusInfo complete = status with { Status = RunState.Paused };

        Assert.That(complete, Is.EqualTo(new StatusInfo { Running = true, Status = RunState.Paused }));
        Assert.That(status, Is.Not.EqualTo(complete));
    }

    [Test]
    public void A_missing_member_of_an_event_names_the_event()
    {
        var happening = (MigrationEvent)QmpEvents.Decode(new QmpEvent { Name = "MIGRATION", Timestamp = DateTimeOffset.UnixEpoch, Data = Json("{}") });

        Assert.That(() => happening.Status, Throws.TypeOf<QmpAnswerException>().With.Message.StartsWith("event MIGRATION: 'status'"));
    }

    [Test]
    public async Task A_wrong_type_and_a_null_are_errors_at_once([Values("7", "null", "{}")] string status)
    {
        await Assert.ThatAsync(async () => await new RecordingServer($$"""{ "running": true, "status": {{status}} }""").QueryStatusAsync(),
            Throws.TypeOf<QmpAnswerException>().With.Message.StartsWith("query-status: not a StatusInfo: 'status'"));
    }

    [Test]
    public async Task A_command_without_a_mandatory_argument_is_refused_by_the_fake_monitor()
    {
        await Assert.ThatAsync(() => new Echo().ExecuteAsync("migrate-set-capabilities", Json("""{ "capabilities": [ { "state": true } ] }""")),
            Throws.TypeOf<QmpCommandException>().With.Message.Contains("'capability'"));
    }

    /// <summary>The rule for every generated record: any single mandatory member can be missing.</summary>
    [Test]
    public void Each_mandatory_member_of_each_record_can_be_missing()
    {
        JsonSerializerOptions options = JsonOptions();
        int members = 0;
        List<string> wrong = [];
        foreach (Type record in typeof(QapiObject).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(QapiObject)) && !type.IsAbstract))
        {
            foreach (PropertyInfo property in record.GetProperties().Where(property => property.IsDefined(typeof(RequiredMemberAttribute))))
            {
                if (property.GetCustomAttribute<QapiMemberAttribute>() is not { } member)
                    continue;
                members++;
                var value = (QapiObject)JsonSerializer.Deserialize("{}", options.GetTypeInfo(record))!;
                Exception? error = null;
                try
                {
                    property.GetValue(value);
                }
                catch (TargetInvocationException failure)
                {
                    error = failure.InnerException;
                }

                if (!value.MissingMembers.Contains(member.Name) || error is not QmpAnswerException { Member: var named } || named != member.Name)
                    wrong.Add($"{record.Name}.{property.Name}: {error}");
                if (JsonSerializer.Serialize(value, options.GetTypeInfo(record)) != "{}" && record.Name != "UnknownBranch")
                    wrong.Add($"{record.Name} is written as {JsonSerializer.Serialize(value, options.GetTypeInfo(record))}");
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(members, Is.GreaterThan(100));
    }

    private static JsonSerializerOptions JsonOptions() => ((System.Text.Json.Serialization.JsonSerializerContext)typeof(StatusInfo).Assembly
        .GetType("QemuTest.Qmp.QapiJsonContext")!.GetProperty("Default")!.GetValue(null)!).Options;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
