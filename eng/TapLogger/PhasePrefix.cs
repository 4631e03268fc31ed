namespace QemuTest.Tap;

/// <summary>NUnit names the phase before the reason; the reason is the same without.</summary>
internal static class PhasePrefix
{
    private const string SetUp = "SetUp : ";

    public static string Strip(string reason) => reason.StartsWith(SetUp, StringComparison.Ordinal) ? reason[SetUp.Length..] : reason;
}
