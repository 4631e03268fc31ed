using System.Globalization;

namespace QemuTest;

/// <summary>Multiplies all timeouts by one factor, for slow hosts.</summary>
internal static class Timeouts
{
    internal const string Variable = "QEMU_TEST_TIMEOUT_MULTIPLIER";

    /// <summary>The value that is replaced by a measured factor.</summary>
    internal const string Auto = "auto";

    /// <summary>The largest factor that is measured. A wait that begins before the measurement ends uses it.</summary>
    internal const double LargestMeasured = 10;

    private const double Largest = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // The maximum for a timer of .NET.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Multiplies a timeout by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>, if that variable is set.</summary>
    public static TimeSpan Scale(TimeSpan timeout) => Scale(timeout, Current);

    /// <summary>Multiplies a timeout, up to the maximum for a timer.</summary>
    public static TimeSpan Scale(TimeSpan timeout, double factor) =>
        timeout.TotalMilliseconds * factor < LongestTimer.TotalMilliseconds ? timeout * factor : LongestTimer;

    /// <summary>Validates a timeout of an options type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not above zero, or is above one day.</exception>
    public static TimeSpan Checked(TimeSpan timeout, string name) => timeout > TimeSpan.Zero && timeout <= Longest
        ? timeout
        : throw new ArgumentOutOfRangeException(name, timeout, "A timeout must be above zero and at most one day.");

    /// <summary>Gets the factor now in effect.</summary>
    public static double Current => Factor(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Gets the factor from a value of the variable; 1 for no value.</summary>
    /// <exception cref="EnvironmentVariableException">The value is not a usable factor.</exception>
    public static double Factor(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return 1;
        if (value == Auto)
            return LargestMeasured;
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) && factor is > 0 and <= Largest
            ? factor
            : throw new EnvironmentVariableException(
                Variable, value, $"Every timeout is multiplied by it: give '{Auto}', or a number above 0 and up to {Largest}, for example 3 or 0.5.");
    }
}
