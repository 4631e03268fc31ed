namespace QemuTest.Qmp;

/// <summary>The direction of a transcript entry.</summary>
public enum QmpDirection
{
    /// <summary>A message to QEMU.</summary>
    Sent,

    /// <summary>A message from QEMU.</summary>
    Received,

    /// <summary>A remark of the client, for example about a dropped reply.</summary>
    Remark,
}
