using System.Globalization;
using System.IO.Pipes;
using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>A test that migrates a guest from one machine to another on this host. Equals upstream's <c>MigrationTest</c>, but
/// waits for events instead of asking again and again, and tells a migration that is late from one that failed.</summary>
public abstract class MigrationTest : QemuSystemTest
{
    private const string DestinationName = "dest-qemu";
    private const string SourceName = "source-qemu";

    /// <summary>The limit for each side to come to an end. Default: upstream's 10 s.</summary>
    protected TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    private QemuMachine Destination => GetVm(DestinationName, "-incoming", "defer", "-nodefaults");

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

    /// <summary>Migrates through a pipe whose ends the machines have as descriptors: the destination by inheritance, the source by
    /// <c>getfd</c>. Upstream has no such migration.</summary>
    public async Task MigrateWithDescriptorAsync()
    {
        const string Name = "migration";
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        int number = Destination.Inherit(pipe.ClientSafePipeHandle);
        (QemuMachine source, QemuMachine destination) = await LaunchAsync().ConfigureAwait(false);
        await source.Qmp.GetfdAsync(Name, new() { FileDescriptors = [pipe.SafePipeHandle] }, Token).ConfigureAwait(false);

        await MigrateAsync(source, destination, new()
        {
            Uri = string.Create(CultureInfo.InvariantCulture, $"fd:{number}"),
            SourceUri = $"fd:{Name}",
            ReturnPath = false,
        }).ConfigureAwait(false);
    }

    /// <summary>Launches a destination and a source of the machine type set before, migrates, and asserts that the guest runs on the
    /// destination and on it alone.</summary>
    public async Task<MigrationOutcome> MigrateAsync(MigrationOptions options)
    {
        (QemuMachine source, QemuMachine destination) = await LaunchAsync().ConfigureAwait(false);
        return await MigrateAsync(source, destination, options).ConfigureAwait(false);
    }

    private async Task<(QemuMachine Source, QemuMachine Destination)> LaunchAsync()
    {
        await Destination.LaunchAsync(Token).ConfigureAwait(false);
        QemuMachine source = GetVm(SourceName, "-nodefaults");
        await source.LaunchAsync(Token).ConfigureAwait(false);
        return (source, Destination);
    }

    private async Task<MigrationOutcome> MigrateAsync(QemuMachine source, QemuMachine destination, MigrationOptions options)
    {
        var migration = new LiveMigration(source.Name, source.Qmp, destination.Name, destination.Qmp);
        MigrationOutcome outcome = await migration.RunAsync(options with { Timeout = MigrationTimeout }, Token).ConfigureAwait(false);

        Assert.That(outcome, Migrated.Completely);
        Assert.That(outcome.Destination.RunState, Is.EqualTo("running"), outcome.ToString());
        return outcome;
    }
}
