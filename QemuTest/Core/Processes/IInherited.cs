namespace QemuTest.Processes;

/// <summary>A descriptor that a child is started with.</summary>
internal interface IInherited
{
    /// <summary>Just before the start, on the thread that starts.</summary>
    void MakeInheritable();

    /// <summary>Just after it, whether or not the child was started.</summary>
    void Started();
}
