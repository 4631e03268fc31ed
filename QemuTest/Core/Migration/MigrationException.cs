using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>A side of a migration does not reach the awaited status.</summary>
public sealed class MigrationException : QemuTestException
{
    internal MigrationException(
        string message, string machine, MigrationStatus expected, MigrationStatus? actual, Exception? innerException = null)
        : base(message, innerException)
    {
        Machine = machine;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Gets the machine's name.</summary>
    public string Machine { get; }

    /// <summary>Gets the awaited status.</summary>
    public MigrationStatus Expected { get; }

    /// <summary>Gets the last status that the machine announced; null where it announced none.</summary>
    public MigrationStatus? Actual { get; }
}
