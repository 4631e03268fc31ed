using System.Diagnostics;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Qmp;
using QemuTest.Vfio;

namespace QemuTest.Tests.Fixtures;

/// <summary><c>QEMU_TEST_TIMEOUT_MULTIPLIER</c> reaches every wait of the packages.</summary>
[Quick]
public sealed class TimeoutScaleTests
{
    // Waits whose time is not scaled, with the reason.
    private static readonly Dictionary<string, string> Unscaled = new()
    {
        ["UpstreamMark.WaitUntilGoneOrStaleAsync: Task.WaitAsync"] = "waits until a mark reaches an age, which is QEMU's own and the same on every host",
        ["TimeoutMeasurement.MeasureAsync: CancellationTokenSource..ctor"] = "measures the host; a longer time has the largest factor anyway",
        ["QmpChannel.SendDescriptorsAsync: Socket.Poll"] = "repeats until the socket is ready or the scaled token of the command is canceled",
    };

    private static readonly string[] Packages =
        [.. new[] { typeof(QmpClient), typeof(QemuMachine), typeof(QemuBaseTest), typeof(VfioTest) }.Select(type => type.Assembly.Location)];

    [Test]
    public void Every_wait_of_the_packages_scales_its_timeout()
    {
        string[] found = [.. TimedWaits.In(Packages).Where(wait => !wait.IsScaled).Select(wait => wait.ToString())];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Join('\n', found.Except(Unscaled.Keys)), Is.Empty, "pass the time through Timeouts.Scale, or add a row with a reason");
            Assert.That(Unscaled.Keys.Except(found), Is.Empty, "rows that no longer apply");
        }
    }

    [Test]
    public void Every_timeout_of_the_tests_is_scaled()
    {
        // A pause is not a timeout: a test goes on after it. NUnit's own context has the timeout of a scripted test.
        string[] found =
        [
            .. TimedWaits.In([typeof(TimeoutScaleTests).Assembly.Location, Checkout.Functional, Checkout.Samples])
                .Where(wait => !wait.IsScaled && wait.Wait is not ("Task.Delay" or "TestExecutionContext.set_TestCaseTimeout"))
                .Where(wait => !wait.Method.StartsWith("TimeoutScaleTests.Planted.", StringComparison.Ordinal))
                .Select(wait => wait.ToString()),
        ];

        Assert.That(string.Join('\n', found), Is.Empty, "pass the time through Timeouts.Scale");
    }

    [Test]
    public void Waits_with_and_without_scale_are_told_apart()
    {
        IEnumerable<TimedWait> waits = TimedWaits.In([typeof(Planted).Assembly.Location]).Where(w => w.Method.StartsWith("TimeoutScaleTests.Planted.", StringComparison.Ordinal));

        Assert.That(waits.Select(w => $"{w} {w.IsScaled}"), Is.EquivalentTo(new[]
        {
            "TimeoutScaleTests.Planted.BareAsync: Task.Delay False",
            "TimeoutScaleTests.Planted.BareInLambda: CancellationTokenSource.CancelAfter False",
            "TimeoutScaleTests.Planted.SetBare: HttpClient.set_Timeout False",
            "TimeoutScaleTests.Planted.BareCaller: Process.WaitForExit False",
            "TimeoutScaleTests.Planted.Scaled: CancellationTokenSource..ctor True",
            "TimeoutScaleTests.Planted.HasScaledCallersAsync: Task.WaitAsync True",
            "TimeoutScaleTests.Planted.HasBareCallerAsync: Task.WaitAsync False",
            "TimeoutScaleTests.Planted.HasScaledField: CancellationTokenSource.CancelAfter True",
        }));
    }

    private static class Planted
    {
        private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan ScaledSecond = Timeouts.Scale(TimeSpan.FromSeconds(1));

        public static async Task BareAsync() => await Task.Delay(Second);

        public static Action<CancellationTokenSource> BareInLambda() => source => source.CancelAfter(1000);

        public static void SetBare(HttpClient client) => client.Timeout = Second;

        public static async Task BareCaller(Process process)
        {
            process.WaitForExit(1000);
            await HasBareCallerAsync(Second);
        }

        public static CancellationTokenSource Scaled() => new(Timeouts.Scale(Second));

        public static void HasScaledField(CancellationTokenSource source) => source.CancelAfter(ScaledSecond);

        public static Task ScaledCaller() => HasScaledCallersAsync(Timeouts.Scale(Second));

        private static async Task HasScaledCallersAsync(TimeSpan timeout) => await Task.CompletedTask.WaitAsync(timeout);

        private static async Task HasBareCallerAsync(TimeSpan timeout) => await Task.CompletedTask.WaitAsync(timeout);
    }
}
