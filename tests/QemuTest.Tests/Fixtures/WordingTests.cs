using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>A text of QEMU that no version had before is reported, and fails nothing.</summary>
[Quick]
public sealed class WordingTests
{
    [TestCase("No VNC display is present")]
    [TestCase("Could not set password")]
    public void A_known_text_is_no_warning(string text) =>
        Assert.That(WarningsOf(() => Wording.AssertKnown("change-vnc-password", text, "Could not set password", "No VNC display is present")), Is.Empty);

    [Test]
    public void A_new_text_is_a_warning_in_one_line_and_the_test_goes_on()
    {
        bool wentOn = false;

        string[] warnings = WarningsOf(() =>
        {
            Wording.AssertKnown("change-vnc-password", "There is no display", "Could not set password");
            wentOn = true;
        });

        Assert.That(wentOn);
        Assert.That(warnings, Is.EqualTo(new[]
        {
            "New wording: change-vnc-password: 'There is no display'. Known: 'Could not set password'. If it has the same meaning, add it to the test.",
        }));
    }

    [Test]
    public void A_known_text_is_found_in_a_longer_one()
    {
        Assert.That(WarningsOf(() => Wording.AssertContainsKnown("output", "qemu: phys-bits too low (36)\n", "phys-bits too low")), Is.Empty);
        Assert.That(WarningsOf(() => Wording.AssertContainsKnown("output", "qemu: too little\n", "phys-bits too low")), Has.Exactly(1).Contains("'qemu: too little'"));
    }

    private static string[] WarningsOf(Action action)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            action();
            return [.. TestExecutionContext.CurrentContext.CurrentResult.AssertionResults
                .Where(result => result.Status == AssertionStatus.Warning).Select(result => result.Message ?? "")];
        }
    }
}
