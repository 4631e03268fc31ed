namespace QemuTest.VfioStudy;

/// <summary>Percentiles, with linear interpolation between neighbors (the default of spreadsheets and NumPy).</summary>
internal static class Percentiles
{
    /// <summary>Gets a percentile.</summary>
    /// <param name="values">The numbers, in any order; at least one.</param>
    /// <param name="percent">0 to 100.</param>
    public static double Of(IEnumerable<double> values, double percent)
    {
        double[] sorted = [.. values.Order()];
        double position = (sorted.Length - 1) * percent / 100;
        int below = (int)position;
        return below + 1 < sorted.Length
            ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below])
            : sorted[below];
    }
}
