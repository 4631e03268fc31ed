using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A migration whose source connects to a socket without a listener.</summary>
[Target("x86_64")]
public sealed class UnreceivedMigrationSample : MigrationTest
{
    public UnreceivedMigrationSample() => MigrationTimeout = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Migrates_to_nobody()
    {
        await SetMachineAsync("microvm");
        await MigrateAsync(new()
        {
            Uri = $"unix:{Path.Combine(SocketDirectory, "listening")}",
            SourceUri = $"unix:{Path.Combine(SocketDirectory, "nobody")}",
        });
    }
}
