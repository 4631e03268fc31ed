using System.Globalization;
using System.IO.Pipes;
using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>A test that migrates a guest from one machine to another on this host. Waits for events instead of polling, and
/// distinguishes a late migration from a failed one. With <c>QEMU_TEST_QEMU_BINARY_DST</c>, the destination is another QEMU, and the machine
/// type is the newest of its family that both have.</summary>
/// <remarks>Corresponds to <c>qemu_test.MigrationTest</c>.</remarks>
[KnownMisbehaviors<MachineFindings>]
public abstract class MigrationTest : QemuSystemTest
{
    private const string DestinationName = "dest-qemu";
    private const string SourceName = "source-qemu";

    /// <summary>Gets or sets the timeout for each side to end the migration. Default: 60 s.</summary>
    protected TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    private QemuMachine Destination => GetVm(DestinationName, DestinationBinary.For(QemuBin), ["-incoming", "defer", "-nodefaults"]);

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

    /// <summary>Migrates between two machines of the test's own, and asserts that the guest runs on the destination only. Then calls
    /// <see cref="AssertDestinationAsync"/>.</summary>
    /// <param name="source">The machine that has the guest. It is launched.</param>
    /// <param name="destination">The other machine, launched with <c>-incoming defer</c>.</param>
    /// <param name="options">The options; their timeout is replaced by <see cref="MigrationTimeout"/>.</param>
    /// <remarks><c>MigrationTest.migrate_vms</c>.</remarks>
    public async Task<MigrationOutcome> MigrateAsync(QemuMachine source, QemuMachine destination, MigrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        using MigrationRun run = await MigrationRun.StartAsync(
            new(source.Name, source.Qmp),
            new(destination.Name, destination.Qmp),
            options with { Timeout = MigrationTimeout },
            cancellationToken: Token).ConfigureAwait(false);
        MigrationOutcome outcome = await run.WaitForCompletionAsync(Token).ConfigureAwait(false);

        Assert.That(outcome, Migrated.Completely);
        Assert.That(outcome.Destination.RunState, Is.EqualTo(RunState.Running), outcome.ToString());
        await AssertDestinationAsync(destination).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Configures a machine before its launch: the source and the destination alike. Does nothing by default.</summary>
    /// <param name="vm">The machine.</param>
    /// <remarks><c>MigrationTest.configure_machine</c>.</remarks>
    protected virtual Task ConfigureAsync(QemuMachine vm) => Task.CompletedTask;

    /// <summary>Launches the source, and does what the guest needs before the migration.</summary>
    /// <param name="vm">The source.</param>
    /// <remarks><c>MigrationTest.launch_source_vm</c>.</remarks>
    protected virtual Task LaunchSourceAsync(QemuMachine vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return vm.LaunchAsync(Token);
    }

    /// <summary>Asserts what is true on the destination after the migration. Does nothing by default.</summary>
    /// <param name="vm">The destination.</param>
    /// <remarks><c>MigrationTest.assert_dest_vm</c>.</remarks>
    protected virtual Task AssertDestinationAsync(QemuMachine vm) => Task.CompletedTask;

    private async Task<(QemuMachine Source, QemuMachine Destination)> LaunchAsync()
    {
        QemuMachine source = GetVm(SourceName, "-nodefaults");
        QemuMachine[] machines = [source, Destination];
        string? common = await CommonMachineAsync().ConfigureAwait(false);
        foreach (QemuMachine machine in machines)
        {
            if (common is not null)
                machine.SetMachine(common);
            await ConfigureAsync(machine).ConfigureAwait(false);
        }

        await Destination.LaunchAsync(Token).ConfigureAwait(false);
        await LaunchSourceAsync(source).ConfigureAwait(false);
        return (source, Destination);
    }

    /// <summary>Gets the machine type for two different QEMUs, or null if both sides are the same.</summary>
    private async Task<string?> CommonMachineAsync()
    {
        string destinationBinary = DestinationBinary.For(QemuBin);
        if (MachineType is null || destinationBinary == QemuBin)
            return null;
        QemuBinary source = await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false);
        QemuBinary destination = await QemuBinary.OpenAsync(destinationBinary, Token).ConfigureAwait(false);
        string[] parts = MachineType.Split(',', 2);
        string? common = MachineVersions.NewestCommon(
            parts[0],
            await source.GetCapabilitiesAsync(Token).ConfigureAwait(false),
            await destination.GetCapabilitiesAsync(Token).ConfigureAwait(false));
        if (common is null)
            Assert.Ignore($"machine type {parts[0]} has no version that both QEMU {source.Version} and {destination.Version} have; QEMU migrates between versions only with such a type");
        RecordFact("machine type", $"{common}, from QEMU {source.Version} to {destination.Version}");
        return string.Join(',', [common, .. parts[1..]]);
    }
}
