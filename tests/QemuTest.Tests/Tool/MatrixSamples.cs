using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary>Columns of a matrix for tests.</summary>
internal static class MatrixSamples
{
    public static MatrixQemu Qemu(string version) => new(version, Version.Parse(version), $"/qemu/{version}");

    public static MatrixColumn Column(string version, params IReadOnlyList<TestResult> tests) =>
        new(new MatrixRun(Qemu(version), null, "TestCategory=quick"), new RunResults(tests), null);

    public static TestResult Passed(string name) => new(name, TestOutcome.Passed, "");

    public static TestResult Failed(string name, string reason = "Failed: why") => new(name, TestOutcome.Failed, reason);

    public static TestResult Skipped(string name, string reason = "no device") => new(name, TestOutcome.Skipped, reason);
}
