namespace QemuTest.Migration;

/// <summary>Whether a monitor still answers.</summary>
public enum MonitorState
{
    /// <summary>It answers.</summary>
    Answering,

    /// <summary>It is connected, but does not answer within the timeout.</summary>
    NoAnswer,

    /// <summary>It is closed: its QEMU has exited, or the connection is broken.</summary>
    Gone,
}
