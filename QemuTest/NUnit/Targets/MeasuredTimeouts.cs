using System.Globalization;
using NUnit.Framework;
using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>The factor of all timeouts of a test process. Unless <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c> has a number, it is measured.</summary>
internal static class MeasuredTimeouts
{
    private static int _reported;

    /// <summary>Multiplies the timeout of a test. The first call measures.</summary>
    public static TimeSpan Scale(TimeSpan timeout)
    {
        // NUnit reads a test's timeout from the attribute when it finds the test, so nothing here can be awaited.
        Task.Run(() => TimeoutMeasurement.ApplyAsync(Qemu(), byDefault: true)).GetAwaiter().GetResult();
        try
        {
            return Timeouts.Scale(timeout);
        }
        catch (EnvironmentVariableException)
        {
            // An attribute that throws hides its tests; the set-up of each test reports the invalid value.
            return timeout;
        }
    }

    /// <summary>Returns the factor. Writes it and its reason to a test's log, and once per process to the console.</summary>
    /// <exception cref="EnvironmentVariableException">The variable has an invalid value.</exception>
    public static double Report(Action<string> log)
    {
        double factor = Timeouts.Current;
        string text = string.Create(
            CultureInfo.InvariantCulture, $"timeouts are multiplied by {factor:0.###} ({TimeoutMeasurement.Result?.Description ?? Timeouts.Variable})");
        log(text);
        if (Interlocked.Exchange(ref _reported, 1) == 0)
            TestContext.Progress.WriteLine(text);
        return factor;
    }

    private static string? Qemu() => SystemTargets.Chosen() is { } chosen && SystemTargets.EmulatesSystem(chosen) != false
        ? chosen
        : SystemTargets.Installed().Values.FirstOrDefault();
}
