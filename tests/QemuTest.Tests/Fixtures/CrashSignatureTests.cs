using System.Globalization;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Fixtures;

/// <summary>A failed assertion is recognized by function and condition, in generated texts around it.</summary>
[Quick]
public sealed class CrashSignatureTests
{
    private const int Texts = 500;
    private const string Function = "thread_pool_set_max_threads";
    private const string Assertion = "max_threads > 0";
    private static readonly ProcessExit Aborted = new(128 + 6);
    private static readonly CrashSignature Signature = new(Function, Assertion, "10.0.2");

    [Test]
    public void It_is_found_in_every_text_whatever_the_file_the_line_the_program_and_the_C_library()
    {
        var random = new Random(17);
        for (int i = 0; i < Texts; i++)
        {
            string text = Text(random, Function, Assertion);

            Assert.That(Signature.Matches(new("source", "10.0.2", Aborted, text)), Is.True, text);
        }
    }

    [Test]
    public void A_similar_assertion_is_another_one()
    {
        var random = new Random(18);
        for (int i = 0; i < Texts; i++)
        {
            (string function, string assertion) = Similar(random);
            string text = Text(random, function, assertion);

            Assert.That(Signature.Matches(new("source", "10.0.2", Aborted, text)), Is.False, text);
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(128 + 9)]
    [TestCase(128 + 11)]
    public void The_text_without_an_abort_is_none(int exitCode)
    {
        string text = Text(new Random(19), Function, Assertion);

        Assert.That(Signature.Matches(new("source", "10.0.2", new ProcessExit(exitCode), text)), Is.False);
    }

    [Test]
    public void A_crash_without_an_entry_is_not_explained_by_that_of_another_QEMU()
    {
        KnownMisbehavior known = new("It aborts", "docs/f.md") { Crashes = [Signature] };
        var knownCrash = new EndedQemu("source", "10.0.2", Aborted, $"{Function}: Assertion `{Assertion}' failed.");
        var killed = new EndedQemu("destination", "10.0.2", new ProcessExit(128 + 9), "");
        var unknownCrash = new EndedQemu("destination", "10.0.2", new ProcessExit(128 + 11), "");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sighting.Find([known], [killed, knownCrash])?.Known, Is.SameAs(known));
            Assert.That(Sighting.Find([known], [knownCrash, unknownCrash]), Is.Null);
            Assert.That(Sighting.Find([known], [killed]), Is.Null);
            Assert.That(Sighting.Find([], [knownCrash]), Is.Null);
        }
    }

    [TestCase("10.0.2", "seen on 10.0.2, as before")]
    [TestCase("10.0.2 to 11.1.3", "seen on 10.0.2 to 11.1.3, as before")]
    [TestCase("9.2.0 to 10.0.2", "seen on 9.2.0 to 10.0.2, as before")]
    [TestCase("10.0.2 to 9.2.0", "seen on 10.0.2 to 9.2.0 for the first time (before: 10.0.2; 11.1.3; 9.2.0 to 10.0.2; fixed in 12.0.0)")]
    [TestCase("10.0.20", "seen on 10.0.20 for the first time (before: 10.0.2; 11.1.3; 9.2.0 to 10.0.2; fixed in 12.0.0)")]
    public void A_new_version_is_named_with_the_earlier_ones(string version, string text) => Assert.That(
        new KnownMisbehavior("It aborts", "docs/f.md") { FixedIn = "12.0.0" }.Seen(version, ["10.0.2", "11.1.3", "9.2.0 to 10.0.2"]), Is.EqualTo(text));

    [TestCase("", "docs/f.md")]
    [TestCase("a (b)", "docs/f.md")]
    [TestCase("a", "docs/f\n.md")]
    public void A_finding_is_one_line_without_parentheses(string finding, string document) =>
        Assert.That(() => new KnownMisbehavior(finding, document), Throws.InstanceOf<ArgumentException>());

    // What QEMU wrote before and after, and the message of one of the C libraries.
    private static string Text(Random random, string function, string assertion)
    {
        string file = Pick(random, "util/thread-pool.c", "../util/thread-pool.c", "/build/qemu-10.0.2 ds/util/pool.c", "../../src/a b/thread_pool.c");
        int line = random.Next(1, 100_000);
        string program = Pick(
            random, "qemu-system-x86_64: ", "/usr/bin/qemu-system-aarch64: ", "./qemu: ", "2026-12-01T14:18:06.734882Z qemu-system-x86_64: ", "");
        string message = random.Next(3) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{program}{file}:{line}: {function}: Assertion `{assertion}' failed."),
            1 => string.Create(CultureInfo.InvariantCulture, $"Assertion failed: {assertion} ({file}: {function}: {line})"),
            _ => string.Create(CultureInfo.InvariantCulture, $"**\nERROR:{file}:{line}:{function}: assertion failed: ({assertion})\nBail out!"),
        };
        return string.Concat(Noise(random)) + message + Pick(random, "", "\n", "\r\n") + (random.Next(2) == 0 ? "" : "\n" + string.Concat(Noise(random)));
    }

    private static IEnumerable<string> Noise(Random random) => Enumerable.Range(0, random.Next(4)).Select(_ => Pick(
        random,
        "qemu-system-x86_64: warning: VFIO device doesn't support device and IOMMU dirty tracking\n",
        "qemu-system-x86_64: Channel error: Input/output error\n",
        "Aborted (core dumped)\n",
        "\n",
        $"{Function}: all threads are busy\n",
        $"max_threads > 0 is expected\n"));

    // Another function, or another condition.
    private static (string Function, string Assertion) Similar(Random random) => random.Next(8) switch
    {
        0 => ("g_" + Function, Assertion),
        1 => (Function + "_locked", Assertion),
        2 => ("x" + Function, Assertion),
        3 => (Function[..^1], Assertion),
        4 => (Function, "pool->" + Assertion),
        5 => (Function, Assertion + (char)random.Next('0', '9' + 1)),
        6 => (Function, Assertion + " && pool"),
        _ => (Function, Replaced(Assertion, random)),
    };

    private static string Replaced(string text, Random random)
    {
        int at = random.Next(text.Length);
        return text[..at] + '#' + text[(at + 1)..];
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
