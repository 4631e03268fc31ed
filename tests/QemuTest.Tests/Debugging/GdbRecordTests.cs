using QemuTest.Debugging;
using QemuTest.NUnit;

namespace QemuTest.Tests.Debugging;

/// <summary>Lines of GDB's machine interface, as GDB 13 prints them.</summary>
[Quick]
public sealed class GdbRecordTests
{
    [Test]
    public void A_result_has_a_command_number_a_class_and_values()
    {
        GdbRecord record = GdbRecord.Parse("""12^done,bkpt={number="1",addr="0xfff0",thread-groups=["i1"],times="0"}""");

        Assert.Multiple(() =>
        {
            Assert.That(record.Kind, Is.EqualTo(GdbRecordKind.Result));
            Assert.That(record.Token, Is.EqualTo(12));
            Assert.That(record.Class, Is.EqualTo("done"));
            Assert.That(record.Results.ToJsonString(), Is.EqualTo("""{"bkpt":{"number":"1","addr":"0xfff0","thread-groups":["i1"],"times":"0"}}"""));
        });
    }

    [Test]
    public void A_stop_has_a_reason_and_a_frame()
    {
        GdbRecord record = GdbRecord.Parse("""*stopped,reason="no-history",frame={addr="0x0000fff0",func="??",args=[]},thread-id="1",stopped-threads="all" """.TrimEnd());

        Assert.Multiple(() =>
        {
            Assert.That(record.Kind, Is.EqualTo(GdbRecordKind.Execution));
            Assert.That(record.Token, Is.Null);
            Assert.That(record.Class, Is.EqualTo("stopped"));
            Assert.That(record.Value("reason"), Is.EqualTo("no-history"));
            Assert.That(record.Value("frame"), Is.Null, "not a text");
        });
    }

    [TestCase("""~"0xfff0\n" """, "0xfff0\n")]
    [TestCase("""~"a \"quoted\" \\ word\t" """, "a \"quoted\" \\ word\t")]
    [TestCase("""~"\303\251t\303\251" """, "été")]
    [TestCase("""~"" """, "")]
    public void Text_is_unescaped(string line, string text)
    {
        GdbRecord record = GdbRecord.Parse(line.TrimEnd());

        Assert.That((record.Kind, record.Text), Is.EqualTo((GdbRecordKind.Console, text)));
    }

    [Test]
    public void A_list_of_named_elements_keeps_only_the_values()
    {
        GdbRecord record = GdbRecord.Parse("""3^done,stack=[frame={level="0"},frame={level="1"}]""");

        Assert.That(record.Results.ToJsonString(), Is.EqualTo("""{"stack":[{"level":"0"},{"level":"1"}]}"""));
    }

    [TestCase("(gdb) ")]
    [TestCase("")]
    public void The_prompt_is_not_an_answer(string line) =>
        Assert.That(GdbRecord.Parse(line).Kind, Is.EqualTo(GdbRecordKind.Other));

    [Test]
    public void Only_the_class_of_a_notification_is_read()
    {
        // GDB breaks its own grammar for a breakpoint with two locations.
        GdbRecord record = GdbRecord.Parse("""=breakpoint-modified,bkpt={number="1"},{number="1.1"}""");

        Assert.That((record.Kind, record.Class), Is.EqualTo((GdbRecordKind.Notification, "breakpoint-modified")));
    }

    [TestCase("1^done,")]
    [TestCase("1^done,a=\"b")]
    [TestCase("1^done,a")]
    [TestCase("1^")]
    [TestCase("~text")]
    [TestCase("~\"\\q\"")]
    public void A_truncated_or_malformed_line_is_refused(string line) =>
        Assert.That(() => GdbRecord.Parse(line), Throws.TypeOf<FormatException>().With.Message.Contains(line));
}
