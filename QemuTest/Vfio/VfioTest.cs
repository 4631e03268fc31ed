using NUnit.Framework;
using QemuTest.Migration;
using QemuTest.NUnit;

namespace QemuTest.Vfio;

/// <summary>A test of VFIO migration, with devices of the lab (<see cref="VfioMigrationTest"/>) or of this host
/// (<see cref="VfioHostTest"/>). The known misbehaviors of <see cref="VfioFindings"/> apply to it.</summary>
[KnownMisbehaviors<VfioFindings>]
public abstract partial class VfioTest : QemuBaseTest
{
    private const string VfioPci = "vfio-pci";

    private protected string DestinationQemu => DestinationBinary.For(QemuBin);

    /// <summary>Migrates, records the outcome, and asserts that exactly one side has the guest, whatever the outcome.</summary>
    /// <typeparam name="TMachine">The kind of machine.</typeparam>
    /// <param name="pair">The machines.</param>
    /// <param name="options">The options of both sides.</param>
    protected async Task<VfioMigrationOutcome> MigrateAsync<TMachine>(VfioMigrationPair<TMachine> pair, MigrationOptions options)
        where TMachine : IVfioMachine
    {
        ArgumentNullException.ThrowIfNull(pair);
        using MigrationRun run = await pair.StartAsync(options, cancellationToken: Token).ConfigureAwait(false);
        return await WaitForCompletionAsync(pair, run).ConfigureAwait(false);
    }

    /// <summary>Waits for the end of a migration, records the outcome, and asserts that exactly one side has the guest.</summary>
    /// <typeparam name="TMachine">The kind of machine.</typeparam>
    /// <param name="pair">The machines.</param>
    /// <param name="run">The migration.</param>
    protected async Task<VfioMigrationOutcome> WaitForCompletionAsync<TMachine>(VfioMigrationPair<TMachine> pair, MigrationRun run)
        where TMachine : IVfioMachine
    {
        ArgumentNullException.ThrowIfNull(pair);
        VfioMigrationOutcome outcome = await pair.WaitForCompletionAsync(run, Token).ConfigureAwait(false);
        RecordFact(outcome);
        Assert.That(outcome, Migrated.WithOneGuest, $"source: {outcome.Source.Reasons}\ndestination: {outcome.Destination.Reasons}");
        return outcome;
    }

    /// <summary>Asserts the right outcome of a migration that provokes a known misbehavior; see
    /// <see cref="QemuBaseTest.AssertRight"/>.</summary>
    /// <param name="known">The catalog's entry.</param>
    /// <param name="outcome">The outcome, in the words of the entry; mostly <see cref="VfioMigrationOutcome.Summary"/>.</param>
    protected async Task AssertRightAsync(KnownMisbehavior known, string outcome)
    {
        IEnumerable<string> versions = (await BinariesAsync().ConfigureAwait(false)).Select(binary => binary.Version.ToString()).Distinct();
        AssertRight(known, outcome, string.Join(KnownMisbehavior.BetweenVersions, versions));
    }

    /// <summary>Records an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    protected void RecordFact(VfioMigrationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        foreach ((string fact, string value) in outcome.Facts())
            RecordFact(fact, value);
    }
}
