using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>Skips the test unless all these programs are in PATH. The reason names the missing ones.</summary>
/// <remarks><c>qemu_test.skipIfMissingCommands</c> in QEMU's own framework, whose reason names all of them.</remarks>
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
