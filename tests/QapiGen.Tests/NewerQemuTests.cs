using System.Text.Json;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.QapiGen.Tests;

/// <summary>Replies of a QEMU newer than the schema are decoded, kept and encoded again.</summary>
[Quick]
internal sealed class NewerQemuTests
{
    [Test]
    public async Task An_unknown_member_is_kept()
    {
        StatusInfo status = await new RecordingServer("""{ "running": true, "status": "running", "mood": { "good": [ 1 ] } }""").QueryStatusAsync();

        Assert.That(status.UnknownMembers!["mood"].GetRawText(), Is.EqualTo("""{ "good": [ 1 ] }"""));
        AssertSame(await Echo.Of(status), """{ "running": true, "status": "running", "mood": { "good": [ 1 ] } }""");
    }

    [Test]
    public async Task An_unknown_enum_value_is_kept()
    {
        StatusInfo status = await new RecordingServer("""{ "running": false, "status": "dreaming" }""").QueryStatusAsync();

        Assert.That(status.Status, Is.EqualTo(RunState.Named("dreaming")));
        Assert.That(RunState.Known, Does.Not.Contain(status.Status));
        AssertSame(await Echo.Of(status), """{ "running": false, "status": "dreaming" }""");
    }

    [Test]
    public async Task An_unknown_branch_is_kept()
    {
        const string Answer = """[ { "color": "blue", "name": "x", "meta-type": "riddle", "features": [ "odd" ] } ]""";
        IReadOnlyList<SchemaInfo> schema = await new RecordingServer(Answer).QueryQmpSchemaAsync();

        Assert.That(schema[0], Is.TypeOf<SchemaInfo.UnknownBranch>());
        Assert.That(schema[0].MetaType.Value, Is.EqualTo("riddle"));
        Assert.That(schema[0].Features, Is.EqualTo(new[] { "odd" }));
        AssertSame(await Echo.Of(schema), Answer);
    }

    [Test]
    public void An_unknown_event_is_kept()
    {
        QmpEvent message = new() { Name = "SUNRISE", Timestamp = DateTimeOffset.UnixEpoch, Data = Json("""{ "at": 6 }""") };

        QapiEvent happening = QmpEvents.Decode(message);

        Assert.That(happening, Is.TypeOf<UnknownQapiEvent>());
        Assert.That(happening.QmpName, Is.EqualTo("SUNRISE"));
        AssertSame(QmpEvents.Encode(happening), """{ "at": 6 }""");
    }

    [Test]
    public void Unknown_members_of_a_known_event_are_kept()
    {
        const string Data = """{ "status": "teleporting", "via": "wormhole" }""";
        QmpEvent message = new() { Name = MigrationEvent.EventName, Timestamp = DateTimeOffset.UnixEpoch, Data = Json(Data) };

        var happening = (MigrationEvent)QmpEvents.Decode(message);

        Assert.That(happening.Status.Value, Is.EqualTo("teleporting"));
        Assert.That(happening.Timestamp, Is.EqualTo(DateTimeOffset.UnixEpoch));
        AssertSame(QmpEvents.Encode(happening), Data);
    }

    [Test]
    public void An_unknown_kind_of_value_of_an_alternate_is_kept()
    {
        const string Arguments = """{ "tls-creds": [ "a" ] }""";

        AssertSame(Recode(Arguments, out MigrateSetParameters parameters), Arguments);
        Assert.That(parameters.TlsCreds, Is.TypeOf<StrOrNull.UnknownAlternative>());
    }

    [Test]
    public void An_alternate_distinguishes_null_absent_and_a_string()
    {
        AssertSame(Recode("""{ "tls-creds": null }""", out MigrateSetParameters unset), """{ "tls-creds": null }""");
        Assert.That(unset.TlsCreds, Is.EqualTo(new StrOrNull.N()));
        AssertSame(Recode("{}", out MigrateSetParameters absent), "{}");
        Assert.That(absent.TlsCreds, Is.Null);
        AssertSame(Recode("""{ "tls-creds": "t" }""", out MigrateSetParameters text), """{ "tls-creds": "t" }""");
        Assert.That(text.TlsCreds, Is.EqualTo((StrOrNull)"t"));
    }

    [Test]
    public void A_nested_union_finds_its_branch_and_an_unknown_branch_keeps_its_members()
    {
        const string Channels = """
            { "channels": [ { "channel-type": "main", "addr": { "transport": "socket", "type": "unix", "path": "/a" } },
                            { "channel-type": "cpr", "addr": { "transport": "socket", "type": "smoke", "color": "red" } },
                            { "channel-type": "x", "addr": { "transport": "pigeon", "legs": 2 } } ] }
            """;

        AssertSame(RecodeArguments(Channels, out MigrateArguments arguments), Channels);
        Assert.That(arguments.Channels![0].Addr, Is.TypeOf<MigrationAddress.Socket.Unix>());
        Assert.That(arguments.Channels[1].Addr, Is.TypeOf<MigrationAddress.Socket.UnknownBranch>());
        Assert.That(arguments.Channels[2].Addr, Is.TypeOf<MigrationAddress.UnknownBranch>());
    }

    [Test]
    public async Task Big_integers_stay_exact()
    {
        IReadOnlyList<Memdev> memory = await new RecordingServer("""
            [ { "size": 18446744073709551615, "merge": true, "dump": true, "prealloc": false, "share": false,
                "host-nodes": [ 65535 ], "policy": "bind" } ]
            """).QueryMemdevAsync();

        Assert.That(memory[0].Size, Is.EqualTo(ulong.MaxValue));
        Assert.That((await Echo.Of(memory)).GetRawText(), Does.Contain("18446744073709551615"));
    }

    [Test]
    public async Task Missing_optional_arguments_are_not_sent()
    {
        RecordingServer monitor = new("\"\"");

        await monitor.HumanMonitorCommandAsync("info version");

        Assert.That(monitor.Command, Is.EqualTo("human-monitor-command"));
        Assert.That(monitor.Arguments, Is.EqualTo("""{"command-line":"info version"}"""));
    }

    private static void AssertSame(JsonElement actual, string expected) =>
        Assert.That(JsonElement.DeepEquals(actual, Json(expected)), actual.GetRawText());

    private static JsonElement Recode(string json, out MigrateSetParameters value)
    {
        ArgumentEcho echo = new();
        echo.Run("migrate-set-parameters", json);
        value = echo.Parameters!;
        RecordingServer monitor = new();
        monitor.MigrateSetParametersAsync(value).GetAwaiter().GetResult();
        return Json(monitor.Arguments!);
    }

    private static JsonElement RecodeArguments(string json, out MigrateArguments value)
    {
        ArgumentEcho echo = new();
        echo.Run("migrate", json);
        value = echo.Migrate!;
        RecordingServer monitor = new();
        monitor.MigrateAsync(value.Uri, value.Channels, resume: value.Resume).GetAwaiter().GetResult();
        return Json(monitor.Arguments!);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    /// <summary>Keeps the decoded arguments of two commands.</summary>
    private sealed class ArgumentEcho : QmpCommandHandlers
    {
        public MigrateSetParameters? Parameters { get; private set; }

        public MigrateArguments? Migrate { get; private set; }

        public void Run(string command, string arguments) => ExecuteAsync(command, Json(arguments)).GetAwaiter().GetResult();

        public override Task MigrateSetParametersAsync(MigrateSetParameters arguments, CancellationToken cancellationToken)
        {
            Parameters = arguments;
            return Task.CompletedTask;
        }

        public override Task MigrateAsync(MigrateArguments arguments, CancellationToken cancellationToken)
        {
            Migrate = arguments;
            return Task.CompletedTask;
        }
    }
}
