namespace QemuTest.Debugging;

/// <summary>The kind of a line of GDB's machine interface, given by its first character.</summary>
internal enum GdbRecordKind
{
    /// <summary><c>^</c>: the result of a command.</summary>
    Result,

    /// <summary><c>*</c>: the target started to run, or stopped.</summary>
    Execution,

    /// <summary><c>~</c>: console output.</summary>
    Console,

    /// <summary><c>&amp;</c>: log output, for example the reason for an error.</summary>
    Log,

    /// <summary><c>=</c>: a change of GDB or the target.</summary>
    Notification,

    /// <summary>The prompt and all other lines. No command waits for them.</summary>
    Other,
}
