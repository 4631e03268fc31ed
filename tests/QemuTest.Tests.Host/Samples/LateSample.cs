using QemuTest.NUnit;

namespace QemuTest.Tests.Host.Samples;

/// <summary>A test that waits longer than its timeout.</summary>
[Target("x86_64")]
[TestTimeout(1)]
public sealed class LateSample : QemuSystemTest
{
    [Test]
    public async Task Waits_on_a_console_that_stays_silent()
    {
        Vm.SetMachine("pc");
        Vm.AddArgs("-S");
        Vm.SetConsole();
        await Vm.LaunchAsync(Token);
        await WaitForConsolePatternAsync("never shown");
    }
}
