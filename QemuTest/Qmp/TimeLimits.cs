using System.Globalization;

namespace QemuTest;

/// <summary>The one factor on every limit, for hosts that are slower than those the limits were chosen on.</summary>
internal static class TimeLimits
{
    internal const string Variable = "QEMU_TEST_TIMEOUT_MULTIPLIER";
    private const double Largest = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // No timer of .NET runs for longer.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The limit that counts here: multiplied by <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>, if that is set.</summary>
    public static TimeSpan Scale(TimeSpan limit) => Scale(limit, Factor(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The limit multiplied, but never longer than a timer can run.</summary>
    public static TimeSpan Scale(TimeSpan limit, double factor) =>
        limit.TotalMilliseconds * factor < LongestTimer.TotalMilliseconds ? limit * factor : LongestTimer;

    /// <summary>A limit as options take it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not longer than zero, or longer than a day.</exception>
    public static TimeSpan Checked(TimeSpan limit, string name) => limit > TimeSpan.Zero && limit <= Longest
        ? limit
        : throw new ArgumentOutOfRangeException(name, limit, "A limit must be longer than zero and not longer than a day; every wait has one.");

    /// <summary>The factor that a value of the variable stands for; 1 for none.</summary>
    /// <exception cref="InvalidOperationException">It stands for none.</exception>
    public static double Factor(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return 1;
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) && factor is > 0 and <= Largest
            ? factor
            : throw new InvalidOperationException(
                $"{Variable} is '{value}'. Every limit is multiplied by it: give a number above 0 and up to {Largest}, for example 3 or 0.5.");
    }
}
