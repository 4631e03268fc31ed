using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Migration;

namespace QemuTest.Fixtures;

/// <summary>A test that migrates a guest from one machine to another on this host. Equals upstream's <c>MigrationTest</c>, but
/// waits for events instead of asking again and again, and tells a migration that is late from one that failed.</summary>
public abstract class MigrationTest : QemuSystemTest
{
    private const string DestinationName = "dest-qemu";
    private const string SourceName = "source-qemu";

    /// <summary>The limit for each side to come to an end. Default: upstream's 10 s.</summary>
    protected TimeSpan MigrationLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Migrates over TCP. The kernel picks the port, so it is never taken by another program.</summary>
    public Task MigrateWithTcpLocalhostAsync() => MigrateAsync(new() { Uri = "tcp:localhost:0" });

    /// <summary>Migrates over a Unix socket in a folder of the test's own.</summary>
    public Task MigrateWithUnixAsync() =>
        MigrateAsync(new() { Uri = $"unix:{Path.Combine(SocketDirectory, "qemu-test.sock")}" });

    /// <summary>Migrates through two programs that QEMU starts. They meet at a named pipe: upstream's pair of <c>ncat</c> has to guess
    /// a free port, and fails if the listener is late.</summary>
    public Task MigrateWithExecAsync()
    {
        string pipe = Path.Combine(SocketDirectory, "qemu-test.pipe");
        NamedPipe.Create(pipe);
        return MigrateAsync(new()
        {
            Uri = $"exec:cat {ShellQuoting.Quote(pipe)}",
            SourceUri = $"exec:cat > {ShellQuoting.Quote(pipe)}",
            // A pipe leads one way.
            ReturnPath = false,
        });
    }

    /// <summary>Launches a destination and a source of the machine type set before, migrates, and asserts that the guest runs on the
    /// destination and on it alone.</summary>
    public async Task<MigrationOutcome> MigrateAsync(MigrationOptions options)
    {
        QemuMachine destination = GetVm(DestinationName, "-incoming", "defer", "-nodefaults");
        await destination.LaunchAsync(Token).ConfigureAwait(false);
        QemuMachine source = GetVm(SourceName, "-nodefaults");
        await source.LaunchAsync(Token).ConfigureAwait(false);

        var migration = new LiveMigration(source.Name, source.Qmp, destination.Name, destination.Qmp);
        MigrationOutcome outcome = await migration.RunAsync(options with { Limit = MigrationLimit }, Token).ConfigureAwait(false);

        Assert.That(outcome, Migrated.Completely);
        Assert.That(outcome.Destination.RunState, Is.EqualTo("running"), outcome.ToString());
        return outcome;
    }
}
