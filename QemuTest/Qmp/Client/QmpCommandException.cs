namespace QemuTest.Qmp;

/// <summary>QEMU answered a command with an error. Its class and text are QEMU's own.</summary>
public sealed class QmpCommandException : QmpException
{
    internal QmpCommandException(string command, string errorClass, string description)
        : base($"QMP command '{command}' failed: {description} ({errorClass})")
    {
        Command = command;
        ErrorClass = errorClass;
        Description = description;
    }

    /// <summary>The command that failed.</summary>
    public string Command { get; }

    /// <summary>QEMU's error class, for example <c>GenericError</c> or <c>CommandNotFound</c>.</summary>
    public string ErrorClass { get; }

    /// <summary>QEMU's text, without the command's name.</summary>
    public string Description { get; }
}
