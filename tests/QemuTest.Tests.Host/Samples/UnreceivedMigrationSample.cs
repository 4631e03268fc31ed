using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A migration whose source connects to a socket without a listener.</summary>
[Target("x86_64")]
public sealed class UnreceivedMigrationSample : MigrationTest
{
    // The destination waits as long; the source fails in a moment, on a busy host too.
    public UnreceivedMigrationSample() => MigrationTimeout = TimeSpan.FromSeconds(5);

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
