using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>What each of QEMU's run states says about the guest.</summary>
internal static class RunStates
{
    private static readonly Dictionary<RunState, GuestPresence> Guests = new()
    {
        [RunState.Running] = GuestPresence.Present,
        [RunState.Suspended] = GuestPresence.Present, // asleep; system_wakeup wakes it

        // Stopped; cont continues it.
        [RunState.Paused] = GuestPresence.Present,
        [RunState.Prelaunch] = GuestPresence.Present,
        [RunState.Debug] = GuestPresence.Present,
        [RunState.IoError] = GuestPresence.Present,
        [RunState.Watchdog] = GuestPresence.Present,
        [RunState.GuestPanicked] = GuestPresence.Present,

        // Stopped; a reset, then cont, continues it.
        [RunState.Shutdown] = GuestPresence.Present,
        [RunState.InternalError] = GuestPresence.Present,

        // Stopped for a moment, for a snapshot.
        [RunState.SaveVm] = GuestPresence.Present,
        [RunState.RestoreVm] = GuestPresence.Present,

        [RunState.Inmigrate] = GuestPresence.Absent,     // not here yet
        [RunState.FinishMigrate] = GuestPresence.Absent, // on its way: neither side may continue it
        [RunState.Postmigrate] = GuestPresence.Absent,   // elsewhere

        // Both sides have the guest, by design.
        [RunState.Colo] = GuestPresence.Unknown,
    };

    /// <summary>Gets whether a QEMU in this run state has the guest.</summary>
    public static GuestPresence GuestIn(RunState state) => Guests.GetValueOrDefault(state, GuestPresence.Unknown);
}
