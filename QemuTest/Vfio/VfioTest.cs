using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.NUnit;

namespace QemuTest.Vfio;

/// <summary>What tests of VFIO migration share, wherever the devices come from: which QEMUs, what is asked of them, and what must
/// hold of every migration.</summary>
public abstract partial class VfioTest : QemuBaseTest
{
    private const string DestinationVariable = "QEMU_TEST_QEMU_BINARY_DST";
    private const string TransferProperty = "x-migration-multifd-transfer";

    private protected string DestinationQemu =>
        Environment.GetEnvironmentVariable(DestinationVariable) is { Length: > 0 } chosen ? chosen : QemuBin;

    /// <summary>Migrates, puts the outcome into the test's record, and asserts what must hold whatever it is: exactly one of the two
    /// guests may run.</summary>
    protected async Task<VfioMigrationOutcome> MigrateAsync<TMachine>(VfioMigrationPair<TMachine> pair, MigrationOptions options)
        where TMachine : IVfioMachine
    {
        ArgumentNullException.ThrowIfNull(pair);
        using MigrationRun run = await pair.StartAsync(options, cancellationToken: Token).ConfigureAwait(false);
        return await WaitForCompletionAsync(pair, run).ConfigureAwait(false);
    }

    /// <summary>Waits for the end of a migration, and does with its outcome as <see cref="MigrateAsync"/> does.</summary>
    protected async Task<VfioMigrationOutcome> WaitForCompletionAsync<TMachine>(VfioMigrationPair<TMachine> pair, MigrationRun run)
        where TMachine : IVfioMachine
    {
        ArgumentNullException.ThrowIfNull(pair);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token).ConfigureAwait(false);
        RecordFact(outcome);
        Assert.That(
            outcome.Migration, Migrated.WithOneGuest, $"source: {outcome.SourceErrors}\ndestination: {outcome.DestinationWords}");
        return outcome;
    }

    /// <summary>Puts an outcome into the test's record.</summary>
    protected void RecordFact(VfioMigrationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        foreach ((string fact, string value) in outcome.Facts())
            RecordFact(fact, value);
    }

    /// <summary>Skips the test where a binary's <c>vfio-pci</c> cannot transfer state over multifd, or where its monitor lacks what such
    /// a migration is set up with.</summary>
    private protected async Task RequireMultifdTransferAsync()
    {
        foreach (QemuBinary binary in await BinariesAsync().ConfigureAwait(false))
        {
            IReadOnlySet<string> properties = await binary.GetDevicePropertiesAsync("vfio-pci", Token).ConfigureAwait(false);
            if (!properties.Contains(TransferProperty))
                Assert.Ignore($"{binary} has no vfio-pci property {TransferProperty} (new in QEMU 10.0)");
            if (MigrationRequirements.MissingIn(await binary.GetSchemaAsync(Token).ConfigureAwait(false)) is { Count: > 0 } missing)
                Assert.Ignore($"{binary} lacks {string.Join(", ", missing)}");
        }
    }
}
