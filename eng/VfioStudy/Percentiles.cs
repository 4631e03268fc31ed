namespace QemuTest.VfioStudy;

/// <summary>Percentiles of a few numbers, interpolated between neighbours (the method that spreadsheets and NumPy have by default).</summary>
internal static class Percentiles
{
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
