using QemuTest.NUnit;
using QemuTest.Tap;

namespace QemuTest.Tests.Tool;

[Quick]
public sealed class TapWriterTests
{
    private readonly StringWriter _written = new() { NewLine = "\n" };

    [Test]
    public void A_run_is_one_line_per_test_and_the_plan()
    {
        var tap = new TapWriter(_written);

        tap.Version();
        tap.Result(new TapResult("N.F.passes") { Verdict = TapVerdict.Passed, Duration = TimeSpan.FromSeconds(1.5) });
        tap.Result(new TapResult("N.F.skips(\"#1\")") { Verdict = TapVerdict.Skipped, Message = "SetUp : no such\ndevice" });
        tap.Plan();

        Assert.That(_written.ToString(), Is.EqualTo("""
            TAP version 13
            ok 1 - N.F.passes
              ---
              duration_ms: 1500
              ...
            ok 2 - N.F.skips("_1") # SKIP no such device
              ---
              duration_ms: 0
              ...
            1..2

            """));
    }

    [Test]
    public void A_known_misbehavior_is_an_expected_failure()
    {
        var tap = new TapWriter(_written);

        tap.Result(new TapResult("N.F.meets")
        {
            Verdict = TapVerdict.KnownMisbehavior,
            Output = """
            --- report
            known misbehavior: It aborts (docs/f.md): seen
            on 9.9
            """,
        });

        Assert.That(_written.ToString(), Does.StartWith("not ok 1 - N.F.meets # TODO It aborts (docs/f.md): seen on 9.9\n"));
    }

    [Test]
    public void A_failure_has_its_message_and_report_and_no_line_of_them_ends_the_block()
    {
        var tap = new TapWriter(_written);

        tap.Result(new TapResult("fails")
        {
            Verdict = TapVerdict.Failed,
            Message = "  Expected: 1\n  But was:  2\n",
            Output = "--- console\r\n\r\n...\nok 7 - not a test\n\u001b[31mred",
        });

        Assert.That(_written.ToString(), Is.EqualTo("""
            not ok 1 - fails
              ---
              duration_ms: 0
              message: |2
                  Expected: 1
                  But was:  2
              output: |2
                --- console
                …
                ok 7 - not a test
                \x1b[31mred
              ...

            """));
    }

    [Test]
    public void An_aborted_run_bails_out()
    {
        var tap = new TapWriter(_written);

        tap.Comment("the host\ncrashed");
        tap.BailOut("no more\ntests");

        Assert.That(_written.ToString(), Is.EqualTo("# the host\n# crashed\nBail out! no more tests\n"));
    }
}
