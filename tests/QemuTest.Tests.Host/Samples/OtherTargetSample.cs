using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test for a target that does not exist.</summary>
[Target("no_such_target")]
public sealed class OtherTargetSample : QemuSystemTest
{
    [Test]
    public async Task Needs_a_target_that_is_not_there() => await Vm.LaunchAsync(Token);
}
