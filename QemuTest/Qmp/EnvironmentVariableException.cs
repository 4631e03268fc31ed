namespace QemuTest;

/// <summary>An environment variable has a value that cannot be used. The message names both and gives an example.</summary>
public sealed class EnvironmentVariableException : QemuTestException
{
    internal EnvironmentVariableException(string variable, string value, string cure)
        : base($"{variable} is '{value}'. {cure}")
    {
        Variable = variable;
        Value = value;
    }

    /// <summary>Gets the name of the variable.</summary>
    public string Variable { get; }

    /// <summary>Gets the value of the variable.</summary>
    public string Value { get; }
}
