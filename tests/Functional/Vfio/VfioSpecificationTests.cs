using QemuTest.Vfio;

namespace QemuTest.Functional.Vfio;

/// <summary>
/// Compares QEMU's description of VFIO migration (docs/devel/migration/vfio.rst) with its traces: which callbacks of a device run in which
/// mode, on which side, in which order. Four migrations cover all statements.
/// </summary>
[Thorough]
[Target("x86_64")]
[TestTimeout(180)]
public sealed class VfioSpecificationTests : VfioScenarioTest
{
    private static readonly Statement[] Statements =
    [
        // The source.
        new("save_setup precedes every estimate and every transfer", Side.Source, When.Always,
            ["vfio_save_setup", "vfio_state_pending", "vfio_save_iterate_start"]),
        new("save_setup puts the device into PRE_COPY", Side.Source, When.Always,
            ["state PRE_COPY", "vfio_save_setup"]),
        new("pending data is estimated while the device is in PRE_COPY, and counted exactly before the stop", Side.Source, When.Always,
            ["state PRE_COPY", "vfio_state_pending", "vfio_state_pending", "state STOP_COPY"]),
        new("save_live_iterate sends pre-copy data before the device stops", Side.Source, When.Always,
            ["vfio_save_iterate_start", "vfio_save_block", "vfio_save_iterate", "state STOP_COPY"]),
        new("a running guest's device passes through PRE_COPY_P2P", Side.Source, When.Running,
            ["state PRE_COPY", "state PRE_COPY_P2P", "state STOP_COPY", "state STOP"]),
        new("a paused guest's device goes straight to STOP_COPY", Side.Source, When.Paused,
            ["state PRE_COPY", "state STOP_COPY", "state STOP"], Never: ["state PRE_COPY_P2P"]),
        new("over the main channel, save_live_complete_precopy sends the rest, and save_state the configuration", Side.Source, When.MainChannel,
            ["state STOP_COPY", "vfio_save_complete_precopy", "vfio_save_device_config_state", "vfio_save_cleanup"],
            Never: ["vfio_save_complete_precopy_thread_start"]),
        new("over multifd, save_live_complete_precopy_thread sends both", Side.Source, When.Multifd,
            ["vfio_save_complete_precopy_thread_start", "vfio_save_device_config_state", "vfio_save_complete_precopy_thread_end", "vfio_save_cleanup"],
            Never: ["vfio_save_complete_precopy"]),
        new("save_cleanup comes last and stops the device", Side.Source, When.Always,
            ["vfio_save_device_config_state", "state STOP", "vfio_save_cleanup", End]),

        // The destination.
        new("load_setup puts the device into RESUMING before any load", Side.Destination, When.Always,
            ["state RESUMING", "vfio_load_state"]),
        new("load_state loads pre-copy data in both cases", Side.Destination, When.Always,
            ["vfio_load_state", "vfio_load_state_device_data"]),
        new("over the main channel, load_state loads the rest, the configuration last", Side.Destination, When.MainChannel,
            ["vfio_load_state_device_data", "vfio_load_state_device_data", "vfio_load_device_config_state_start", "vfio_load_device_config_state_end", "vfio_load_cleanup"],
            Never: ["vfio_load_bufs_thread_start", "vfio_load_state_device_buffer_incoming"]),
        new("over multifd, load_state_buffer accepts packets and the device's thread loads them, the configuration last", Side.Destination, When.Multifd,
            ["vfio_load_bufs_thread_start", "vfio_load_state_device_buffer_start", "vfio_load_state_device_buffer_load_start",
             "vfio_load_state_device_buffer_load_end", "vfio_load_device_config_state_start", "vfio_load_device_config_state_end", "vfio_load_bufs_thread_end",
             "vfio_load_cleanup"]),
        new("a running guest's device passes through RUNNING_P2P after its configuration is loaded", Side.Destination, When.Running,
            ["vfio_load_device_config_state_end", "state RUNNING_P2P", "state RUNNING"]),
        new("a paused guest's device stays in RESUMING", Side.Destination, When.Paused,
            ["state RESUMING", "vfio_load_cleanup"], Never: ["state RUNNING", "state RUNNING_P2P", "state STOP"]),
    ];

    private const string End = "end of the trace";

    [Test]
    public async Task The_description_is_right(
        [Values(OnOffAuto.On, OnOffAuto.Off)] OnOffAuto transfer, [Values("running", "paused")] string guest)
    {
        bool paused = guest == "paused";
        VfioMigrationPair<LabMachine> pair = await Lab.StartPairAsync(
            1, new VfioMachineOptions { Transfer = transfer, Paused = paused }, cancellationToken: Token);

        VfioMigrationOutcome outcome = await MigrateAsync(pair, Multifd);
        Assert.That(outcome, Migrated.Completely);
        string[] saving = CallbacksOf(outcome.Source, pair.Source);
        string[] loading = CallbacksOf(outcome.Destination, pair.Destination);

        Statement[] due = [.. Statements.Where(s => s.IsDue(transfer, paused))];
        Assert.Multiple(() =>
        {
            foreach (Statement statement in due)
                statement.Hold(statement.Side == Side.Source ? saving : loading);
        });
        RecordFact("statements", $"{due.Length} hold");
    }

    // The events of the one device, with state changes as "state NAME". 11.1 has one event where 10.0 has two.
    private static string[] CallbacksOf(VfioMigrationSide side, LabMachine machine) =>
    [
        .. side.Trace.Where(e => e.Device == machine.Devices[0].Name).Select(e => e.Name switch
        {
            "vfio_migration_set_device_state" => e.Arguments[e.Arguments.IndexOf(" state ", StringComparison.Ordinal)..].Trim(),
            "vfio_state_pending_estimate" or "vfio_state_pending_exact" => "vfio_state_pending",
            _ => e.Name,
        }),
        End,
    ];

    private enum Side
    {
        Source,
        Destination,
    }

    private enum When
    {
        Always,
        Running,
        Paused,
        Multifd,
        MainChannel,
    }

    private sealed record Statement(string Text, Side Side, When When, string[] InOrder, params string[] Never)
    {
        public bool IsDue(OnOffAuto transfer, bool paused) => When switch
        {
            When.Running => !paused,
            When.Paused => paused,
            When.Multifd => transfer == OnOffAuto.On,
            When.MainChannel => transfer == OnOffAuto.Off,
            _ => true,
        };

        public void Hold(string[] trace)
        {
            int from = 0;
            foreach (string expected in InOrder)
            {
                int at = Array.IndexOf(trace, expected, from);
                if (at < 0)
                {
                    Assert.Fail($"{Side}: {Text}: no '{expected}' after {(from == 0 ? "the beginning" : $"'{trace[from - 1]}'")} in {string.Join(", ", trace)}");
                    return;
                }

                from = at + 1;
            }

            Assert.That(trace.Intersect(Never), Is.Empty, $"{Side}: {Text}");
        }
    }
}
