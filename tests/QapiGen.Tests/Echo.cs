using System.Text.Json;
using QemuTest.Qmp;
using QemuTest.Qmp.Testing;

namespace QemuTest.QapiGen.Tests;

/// <summary>Encodes decoded replies again with the typed server.</summary>
internal sealed class Echo : QmpCommandHandlers
{
    private StatusInfo? _status;
    private IReadOnlyList<SchemaInfo>? _schema;
    private IReadOnlyList<Memdev>? _memory;

    public static Task<JsonElement> Of(StatusInfo status) => new Echo { _status = status }.ExecuteAsync("query-status");

    public static Task<JsonElement> Of(IReadOnlyList<SchemaInfo> schema) => new Echo { _schema = schema }.ExecuteAsync("query-qmp-schema");

    public static Task<JsonElement> Of(IReadOnlyList<Memdev> memory) => new Echo { _memory = memory }.ExecuteAsync("query-memdev");

    public override Task<StatusInfo> QueryStatusAsync(CancellationToken cancellationToken) => Task.FromResult(_status!);

    public override Task<IReadOnlyList<SchemaInfo>> QueryQmpSchemaAsync(CancellationToken cancellationToken) => Task.FromResult(_schema!);

    public override Task<IReadOnlyList<Memdev>> QueryMemdevAsync(CancellationToken cancellationToken) => Task.FromResult(_memory!);
}
