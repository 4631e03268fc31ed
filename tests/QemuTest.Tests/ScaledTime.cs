using System.Globalization;

namespace QemuTest.Tests;

/// <summary>A timeout as the messages of errors have it: multiplied for this host.</summary>
internal static class ScaledTime
{
    public static string Text(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"{Timeouts.Scale(timeout).TotalSeconds:0.###} s");
}
