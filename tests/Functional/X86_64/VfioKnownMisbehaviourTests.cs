namespace QemuTest.Functional.X86_64;

/// <summary>placeholder</summary>
public sealed class VfioKnownMisbehaviourTests : VfioScenarioTest
{
}
