namespace QemuTest.Qtest;

/// <summary>A change of an interrupt line.</summary>
/// <param name="Line">The number of the line at the intercepted device.</param>
/// <param name="Raised">Whether the line was raised; otherwise it was lowered.</param>
public readonly record struct QtestInterrupt(int Line, bool Raised);
