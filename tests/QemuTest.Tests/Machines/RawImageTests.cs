using QemuTest.Guests;
using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class RawImageTests
{
    private readonly string _file = Path.Combine(Installed.NewFolder(), "image");

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 4)]
    [TestCase(4096, 4096)]
    [TestCase(4097, 8192)]
    [TestCase((1L << 40) + 1, 1L << 41)]
    [TestCase(1L << 62, 1L << 62)]
    public void The_next_power_of_two_is_the_number_itself_if_it_is_one(long bytes, long power) =>
        Assert.That(RawImage.RoundUpToPowerOfTwo(bytes), Is.EqualTo(power));

    [TestCase(-1)]
    [TestCase((1L << 62) + 1)]
    [TestCase(long.MaxValue)]
    public void A_size_out_of_range_is_refused(long bytes) =>
        Assert.That(() => RawImage.RoundUpToPowerOfTwo(bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void An_expanded_image_keeps_its_content_and_ends_with_zeros()
    {
        File.WriteAllBytes(_file, [1, 2, 3, 4, 5]);

        Assert.That(RawImage.ExpandToPowerOfTwo(_file), Is.EqualTo(8));
        Assert.That(File.ReadAllBytes(_file), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 0, 0, 0 }));
    }

    [Test]
    public void A_truncated_image_keeps_its_start()
    {
        File.WriteAllBytes(_file, [1, 2, 3, 4, 5]);

        RawImage.Resize(_file, 2);

        Assert.That(File.ReadAllBytes(_file), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void An_image_of_the_right_size_is_not_written()
    {
        File.WriteAllBytes(_file, [1, 2, 3, 4]);
        var past = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_file, past);

        Assert.That(RawImage.ExpandToPowerOfTwo(_file), Is.EqualTo(4));
        Assert.That(File.GetLastWriteTimeUtc(_file), Is.EqualTo(past));
    }

    [Test]
    public void A_missing_image_is_not_created()
    {
        Assert.That(() => RawImage.Resize(_file, 4), Throws.TypeOf<FileNotFoundException>());
        Assert.That(_file, Does.Not.Exist);
    }

    [Test]
    public async Task QEMU_accepts_an_image_for_an_SD_card_only_after_the_expansion()
    {
        await using (FileStream image = File.Create(_file))
            image.SetLength(3_000_000);

        Assert.That(() => LaunchWithCardAsync(), Throws.TypeOf<QemuLaunchException>().With.Message.Contains("power of 2"));
        Assert.That(RawImage.ExpandToPowerOfTwo(_file), Is.EqualTo(4 * 1024 * 1024));
        await LaunchWithCardAsync();
    }

    private async Task LaunchWithCardAsync()
    {
        await using var machine = new QemuMachine(Installed.Qemu, new() { LogDirectory = Path.GetDirectoryName(_file)! });
        machine.SetMachine("q35");
        machine.AddArgs(
            "-S", "-nodefaults", "-device", "sdhci-pci",
            "-drive", $"id=card,if=none,format=raw,file={_file}", "-device", "sd-card,drive=card");
        await machine.LaunchAsync(Installed.Token);
        await machine.ShutdownAsync(cancellationToken: Installed.Token);
    }
}
