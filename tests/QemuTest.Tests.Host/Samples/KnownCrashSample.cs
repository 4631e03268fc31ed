using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Host.Samples;

/// <summary>Tests whose QEMU fails an assertion. It is a stand-in: a script that answers <c>--version</c>, writes what QEMU writes, and
/// aborts.</summary>
[TestTimeout(60)]
[Area("Sample")]
[KnownMisbehaviors<SampleFindings>]
public sealed class KnownCrashSample : QemuSystemTest
{
    private const string Known = "thread_pool_set_max_threads: Assertion `max_threads > 0' failed.";
    private const string Seen = "10.0.2";

    private static readonly Dictionary<string, int> Counts = [];

    private bool _used;

    /// <summary>Gets the number of attempts of each test.</summary>
    public static IReadOnlyDictionary<string, int> Attempts => Counts;

    [SetUp]
    public void Count() => Counts[Name] = Counts.GetValueOrDefault(Name) + 1;

    [Test]
    [TestTimeout(4)]
    public Task Meets_the_known_crash_in_every_attempt() => LaunchAsync(Seen, Known);

    [Test]
    [TestTimeout(1)]
    public Task Meets_the_known_crash_on_another_version() => LaunchAsync("99.1.0", Known);

    [Test]
    public Task Meets_the_known_crash_once() => Counts[Name] == 1 ? LaunchAsync(Seen, Known) : LaunchRealAsync();

    [Test]
    public async Task Passes_but_its_QEMU_meets_the_known_crash_once()
    {
        await LaunchAsync(StandIn(Seen, Known, $"exec {SystemTargets.Installed()["x86_64"]} \"$@\""));
        if (Counts[Name] > 1)
            return;
        Signals.Send(Vm.ProcessId!.Value, Signal.Abort);
        await Vm.Qmp.Closed.WaitAsync(Token);
    }

    [Test]
    public Task Meets_another_crash() => LaunchAsync(Seen, "thread_pool_set_max_threads: Assertion `max_threads > 1' failed.");

    [Test]
    public Task Meets_the_known_crash_and_then_another() =>
        LaunchAsync(Seen, Counts[Name] == 1 ? Known : "thread_pool_free: Assertion `pool' failed.");

    [Test]
    public Task Meets_the_crash_of_another_area() => LaunchAsync(Seen, "other_area: Assertion `false' failed.");

    [Test]
    public void Fails_without_a_crash() => Assert.Fail($"not what QEMU wrote: {Known}");

    [Test]
    public void Provokes_a_known_misbehavior() => AssertRight(SampleFindings.Provoked, "wrong", Seen);

    [Test]
    public void Provokes_a_known_misbehavior_on_another_version() => AssertRight(SampleFindings.Provoked, "wrong", "99.1.0");

    [Test]
    public void Provokes_a_misbehavior_without_effect() => AssertRight(SampleFindings.Provoked, "right", Seen);

    [Test]
    public void Provokes_another_outcome() => AssertRight(SampleFindings.Provoked, "upside down", Seen);

    private static string Name => TestContext.CurrentContext.Test.MethodName!;

    private Task LaunchAsync(string version, string message) => LaunchAsync(StandIn(version, message, "kill -ABRT $$"));

    private string StandIn(string version, string message, string end)
    {
        string script = ScratchFile("qemu-system-x86_64");
        File.WriteAllText(script, $"""
            #!/bin/sh
            [ "$1" != --version ] || exec echo "QEMU emulator version {version}"
            cat >&2 <<'END'
            qemu-system-x86_64: ../util/thread-pool.c:485: {message}
            END
            {end}
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }

    private Task LaunchRealAsync() => LaunchAsync(SystemTargets.Installed()["x86_64"]);

    private async Task LaunchAsync(string binary)
    {
        Assert.That(_used, Is.False, "the instance of an earlier attempt");
        _used = true;
        QemuBin = binary;
        Vm.SetMachine("none");
        await Vm.LaunchAsync(Token);
    }
}
