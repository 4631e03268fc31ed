using QemuTest.NUnit;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

[Quick]
public sealed class UnixSocketPathTests
{
    [Test]
    public void The_longest_path_is_accepted()
    {
        string path = "/" + new string('p', UnixSocketPath.MaxBytes - 1);

        Assert.That(UnixSocketPath.ToEndPoint(path).ToString(), Is.EqualTo(path));
    }

    [Test]
    public void A_path_one_byte_too_long_is_refused_with_its_length_and_a_cure()
    {
        string path = "/" + new string('p', UnixSocketPath.MaxBytes);

        Assert.That(
            () => UnixSocketPath.ToEndPoint(path),
            Throws.ArgumentException.With.Message.Contains("108 bytes").And.Message.Contains("at most 107").And.Message.Contains("TMPDIR"));
    }

    [Test]
    public void The_length_is_counted_in_bytes_and_not_in_characters()
    {
        string path = "/" + new string('ü', 60);

        Assert.That(() => UnixSocketPath.ToEndPoint(path), Throws.ArgumentException.With.Message.Contains("121 bytes"));
    }

    [Test]
    public void An_empty_path_is_refused() => Assert.That(() => UnixSocketPath.ToEndPoint(""), Throws.ArgumentException);
}
