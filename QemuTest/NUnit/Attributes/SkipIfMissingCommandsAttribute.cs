using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless every one of these programs is in PATH. Equals upstream's <c>skipIfMissingCommands</c>, but names
/// only those that are missing.</summary>
/// <param name="commands">The programs' names.</param>
public sealed class SkipIfMissingCommandsAttribute(params string[] commands) : SkipAttribute
{
    /// <inheritdoc/>
    internal override string? Reason()
    {
        string[] missing = [.. commands.Where(c => SearchPath.Find(c) is null)];
        return missing.Length == 0 ? null : $"required command(s) \"{string.Join(", ", missing)}\" not in PATH";
    }
}
