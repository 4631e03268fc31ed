using System.Globalization;

namespace QemuTest;

/// <summary>The one factor on every timeout, for hosts that are slower than those the limits were chosen on.</summary>
internal static class Timeouts
{
    internal const string Variable = "QEMU_TEST_TIMEOUT_MULTIPLIER";
    private const double Largest = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // No timer of .NET runs for longer.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The timeout that counts here: multiplied by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>, if that is set.</summary>
    public static TimeSpan Scale(TimeSpan timeout) => Scale(timeout, Factor(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The timeout multiplied, but never longer than a timer can run.</summary>
    public static TimeSpan Scale(TimeSpan timeout, double factor) =>
        timeout.TotalMilliseconds * factor < LongestTimer.TotalMilliseconds ? timeout * factor : LongestTimer;

    /// <summary>A timeout as options take it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not longer than zero, or longer than a day.</exception>
    public static TimeSpan Checked(TimeSpan timeout, string name) => timeout > TimeSpan.Zero && timeout <= Longest
        ? timeout
        : throw new ArgumentOutOfRangeException(name, timeout, "A timeout must be longer than zero and not longer than a day; every wait has one.");

    /// <summary>The factor that a value of the variable stands for; 1 for none.</summary>
    /// <exception cref="EnvironmentVariableException">The value is not a usable factor.</exception>
    public static double Factor(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return 1;
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) && factor is > 0 and <= Largest
            ? factor
            : throw new EnvironmentVariableException(
                Variable, value, $"Every timeout is multiplied by it: give a number above 0 and up to {Largest}, for example 3 or 0.5.");
    }
}
