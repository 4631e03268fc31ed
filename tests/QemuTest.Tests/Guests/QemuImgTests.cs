using QemuTest.Guests;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Guests;

[Quick]
[TestTimeout(60)]
[SkipIfMissingCommands("qemu-img")]
public sealed class QemuImgTests
{
    [Test]
    public async Task An_empty_image_is_created()
    {
        string file = Path.Combine(Installed.NewFolder(), "disk");

        await QemuImg.Find()!.CreateAsync(file, "raw", 1_048_576, Installed.Token);

        Assert.That(new FileInfo(file).Length, Is.EqualTo(1_048_576));
    }

    [Test]
    public void An_unknown_format_is_an_error_with_the_output_of_the_program()
    {
        string file = Path.Combine(Installed.NewFolder(), "disk");

        Assert.That(
            () => QemuImg.Find()!.CreateAsync(file, "no-such-format", 1_048_576, Installed.Token),
            Throws.TypeOf<ProgramException>().With.Message.Contains("ended with exit code 1").And.Message.Contains("no-such-format"));
    }
}
