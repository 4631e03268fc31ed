namespace QemuTest.Migration;

/// <summary>Whether a side of a migration has the guest.</summary>
public enum GuestPresence
{
    /// <summary>Not known: no run state, one that does not tell, or one that is newer than this library.</summary>
    Unknown,

    /// <summary>No guest: it has left, it is on its way, or it has not arrived.</summary>
    Absent,

    /// <summary>The guest runs, or stands still and can be continued.</summary>
    Present,
}
