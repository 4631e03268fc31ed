namespace QemuTest.Debugging;

/// <summary>What a line of GDB's machine interface is, by its first character.</summary>
internal enum GdbRecordKind
{
    /// <summary><c>^</c>: the answer to a command.</summary>
    Result,

    /// <summary><c>*</c>: the target began to run or stopped.</summary>
    Execution,

    /// <summary><c>~</c>: what a person would read.</summary>
    Console,

    /// <summary><c>&amp;</c>: GDB's log, for example the reason of an error.</summary>
    Log,

    /// <summary><c>=</c>: something about GDB or the target changed.</summary>
    Notification,

    /// <summary>The prompt and whatever else there is; nothing waits for it.</summary>
    Other,
}
