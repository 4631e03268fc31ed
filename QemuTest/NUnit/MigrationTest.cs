using System.Globalization;
using System.IO.Pipes;
using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>A test that migrates a guest from one machine to another on this host. Waits for events instead of polling, and
/// distinguishes a late migration from a failed one.</summary>
/// <remarks>Corresponds to <c>qemu_test.MigrationTest</c>.</remarks>
public abstract class MigrationTest : QemuSystemTest
{
    private const string DestinationName = "dest-qemu";
    private const string SourceName = "source-qemu";

    /// <summary>Gets or sets the timeout for each side to end the migration. Default: 10 s.</summary>
    protected TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    private QemuMachine Destination => GetVm(DestinationName, "-incoming", "defer", "-nodefaults");

    /// <summary>Migrates over TCP. The kernel picks a free port.</summary>
    public Task MigrateWithTcpLocalhostAsync() => MigrateAsync(new() { Uri = "tcp:localhost:0" });

    /// <summary>Migrates over a Unix socket in a folder of this test.</summary>
    public Task MigrateWithUnixAsync() =>
        MigrateAsync(new() { Uri = $"unix:{Path.Combine(SocketDirectory, "qemu-test.sock")}" });

    /// <summary>Migrates through two programs that QEMU starts. A named pipe connects them, so no port has to be free and neither
    /// program has to start first.</summary>
    public Task MigrateWithExecAsync()
    {
        string pipe = Path.Combine(SocketDirectory, "qemu-test.pipe");
        NamedPipe.Create(pipe);
        return MigrateAsync(new()
        {
            Uri = $"exec:cat {ShellQuoting.Quote(pipe)}",
            SourceUri = $"exec:cat > {ShellQuoting.Quote(pipe)}",
            // A pipe has one direction.
            ReturnPath = false,
        });
    }

    /// <summary>Migrates through a pipe whose ends the machines have as file descriptors: the destination inherits its end, the source
    /// gets the other with <c>getfd</c>.</summary>
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

    /// <summary>Launches a destination and a source, migrates, and asserts that the guest runs on the destination only.</summary>
    /// <param name="options">The options; their timeout is replaced by <see cref="MigrationTimeout"/>.</param>
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
        using MigrationRun run = await MigrationRun.StartAsync(
            new(source.Name, source.Qmp),
            new(destination.Name, destination.Qmp),
            options with { Timeout = MigrationTimeout },
            cancellationToken: Token).ConfigureAwait(false);
        MigrationOutcome outcome = await run.WaitForCompletionAsync(Token).ConfigureAwait(false);

        Assert.That(outcome, Migrated.Completely);
        Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Running), outcome.ToString());
        return outcome;
    }
}
