namespace QemuTest.Processes;

/// <summary>A descriptor that a child inherits.</summary>
internal interface IInherited
{
    /// <summary>Called just before the start, on the starting thread.</summary>
    void MakeInheritable();

    /// <summary>Called just after the start, successful or not.</summary>
    void Started();
}
