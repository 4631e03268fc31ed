namespace QemuTest.Qtest;

/// <summary>An interrupt line that changed.</summary>
/// <param name="Line">The line's number at the intercepted device.</param>
/// <param name="Raised">Whether it was raised, else lowered.</param>
public readonly record struct QtestInterrupt(int Line, bool Raised);
