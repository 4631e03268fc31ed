using QemuTest.NUnit;
using QemuTest.Tool;

namespace QemuTest.Tests.Tool;

/// <summary><c>qemu-test doctor</c>.</summary>
[Quick]
public sealed class DoctorTests
{
    [TestCase(false, false, 0, "without")]
    [TestCase(false, true, 1, "MISSING")]
    [TestCase(true, true, 0, "ok")]
    public async Task Only_a_missing_requirement_is_exit_code_1(bool good, bool required, int expected, string mark)
    {
        var output = new StringWriter();

        int exitCode = await DoctorCommand.RunAsync(Checks(new Check("subject", good, required, "finding")), output);

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(expected));
            Assert.That(output.ToString(), Does.StartWith($"{mark} "));
        });
    }

    private static async IAsyncEnumerable<Check> Checks(params Check[] checks)
    {
        await Task.CompletedTask;
        foreach (Check check in checks)
            yield return check;
    }
}
