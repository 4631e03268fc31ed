namespace QemuTest.Qmp;

/// <summary>QEMU answered a command with an error.</summary>
public sealed class QmpCommandException : QmpException
{
    internal QmpCommandException(string command, string errorClass, string description)
        : base($"QMP command '{command}' failed: {description} ({errorClass})")
    {
        Command = command;
        ErrorClass = errorClass;
        Description = description;
    }

    /// <summary>Gets QEMU's error class, for example <c>GenericError</c> or <c>CommandNotFound</c>.</summary>
    public string ErrorClass { get; }

    /// <summary>Gets QEMU's text, without the name of the command.</summary>
    public string Description { get; }
}
