namespace QemuTest.NUnit;

/// <summary>Skips the test unless every one of these environment variables is set; an empty one is. Equals upstream's
/// <c>skipIfMissingEnv</c>.</summary>
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
