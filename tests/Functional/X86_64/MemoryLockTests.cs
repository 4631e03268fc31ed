using System.Globalization;

namespace QemuTest.Functional.X86_64;

[Quick]
[Target("x86_64")]
[SkipUnlessOperatingSystem("Linux")]
[SkipLockedMemoryTest(2_097_152)]
public sealed class MemoryLockTests : QemuSystemTest
{
    [Test]
    public async Task Off_locks_almost_no_memory()
    {
        Dictionary<string, long> memory = await LaunchAsync("off");

        Assert.That(memory["VmLck"], Is.LessThan(32));
    }

    [Test]
    public async Task On_locks_memory_and_makes_most_of_it_resident()
    {
        Dictionary<string, long> memory = await LaunchAsync("on");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(memory["VmLck"], Is.Positive);
            Assert.That(memory["VmRSS"], Is.AtLeast(0.70 * memory["VmSize"]));
        }
    }

    [Test]
    public async Task On_fault_locks_memory_and_leaves_most_of_it_nonresident()
    {
        await RequireVersionAsync(new(10, 0), "-overcommit has mem-lock=on-fault");

        Dictionary<string, long> memory = await LaunchAsync("on-fault");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(memory["VmLck"], Is.Positive);
            Assert.That(memory["VmRSS"], Is.AtMost(0.30 * memory["VmSize"]));
        }
    }

    // Values in KiB, by the kernel's names.
    private async Task<Dictionary<string, long>> LaunchAsync(string mode)
    {
        Vm.AddArgs("-overcommit", $"mem-lock={mode}");
        await Vm.LaunchAsync(Token);
        string[] lines = await File.ReadAllLinesAsync($"/proc/{Vm.ProcessId}/status", Token);
        return lines
            .Select(line => line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is [_, _, "kB"])
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
