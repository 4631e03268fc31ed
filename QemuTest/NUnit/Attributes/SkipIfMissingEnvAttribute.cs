namespace QemuTest.NUnit;

/// <summary>Skips the test unless all these environment variables are set. An empty variable counts as set.</summary>
/// <remarks><c>qemu_test.skipIfMissingEnv</c> in QEMU's own framework.</remarks>
/// <param name="variables">The variables' names.</param>
public sealed class SkipIfMissingEnvAttribute(params string[] variables) : SkipAttribute
{
    /// <inheritdoc/>
    internal override string? Reason()
    {
        string[] missing = [.. variables.Where(v => Environment.GetEnvironmentVariable(v) is null)];
        return missing.Length == 0 ? null : $"Missing env var(s): {string.Join(", ", missing)}";
    }
}
