namespace QemuTest.Tap;

/// <summary>Removes the phase that NUnit puts before a reason.</summary>
internal static class PhasePrefix
{
    private const string SetUp = "SetUp : ";

    public static string Strip(string reason) => reason.StartsWith(SetUp, StringComparison.Ordinal) ? reason[SetUp.Length..] : reason;
}
