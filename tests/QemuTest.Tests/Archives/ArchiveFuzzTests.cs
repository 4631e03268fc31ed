using System.Diagnostics;
using System.Globalization;
using QemuTest.Archives;
using QemuTest.NUnit;
using static QemuTest.Tests.Archives.TestArchive;

namespace QemuTest.Tests.Archives;

/// <summary>
/// Thousands of damaged archives. Each is extracted or refused within a timeout, and nothing outside the target changes.
/// QEMU_TEST_FUZZ_SEED repeats a run. QEMU_TEST_FUZZ_SECONDS (default 5) sets its duration.
/// </summary>
[Thorough]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ArchiveFuzzTests
{
    private static readonly ExtractionOptions Small = new() { MaxTotalBytes = 1 << 20, MaxMembers = 1000 };
    private static readonly TimeSpan PerInput = Timeouts.Scale(TimeSpan.FromSeconds(10));

    private readonly TestFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Damaged_archives_are_extracted_or_refused_and_leave_nothing()
    {
        int seed = int.Parse(Environment.GetEnvironmentVariable("QEMU_TEST_FUZZ_SEED") ?? "20260101", CultureInfo.InvariantCulture);
        double seconds = double.Parse(Environment.GetEnvironmentVariable("QEMU_TEST_FUZZ_SECONDS") ?? "5", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        byte[][] seeds = Seeds();
        string target = _folder.At("out");
        int extracted = 0, refused = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            byte[] input = Damage(seeds[random.Next(seeds.Length)], random);
            string archive = _folder.Write("input", input);
            string what = $"seed {seed}, input {extracted + refused}: {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 8192)))}";
            try
            {
                await Archive.ExtractAsync(archive, target, options: Small).WaitAsync(PerInput);
                extracted++;
                Directory.Delete(target, recursive: true);
            }
            catch (ArchiveException)
            {
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"{error}\n{what}");
            }

            Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EqualTo(new[] { archive }), what);
        }

        TestContext.Out.WriteLine($"seed {seed}: {extracted} extracted, {refused} refused in {clock.Elapsed.TotalSeconds:F1} s");
        Assert.That(extracted, Is.GreaterThan(0));
        Assert.That(refused, Is.GreaterThan(20));
    }

    private static byte[][] Seeds()
    {
        byte[] tar = Tar(File("dir/a"), Link("l", "dir/a"), Link("h", "dir/a", System.Formats.Tar.TarEntryType.HardLink), File("b", new string('x', 700)));
        return
        [
            tar, Gzip(tar), Zstandard(tar), Bzip2(tar), HelloTarXz,
            Zip(("dir/a", Hello, 0x81A4), ("l", "dir/a", 0xA1FF), ("b", new string('x', 700), 0)),
            Deb("data.tar.gz", Gzip(tar)), Deb("data.tar", tar), Deb("data.tar.xz", HelloTarXz),
            Cpio("070701", new CpioMember("a", "", Inode: 7, Links: 2), new CpioMember("l", "a", 0xA1FF), new CpioMember("b", "x", Inode: 7, Links: 2)),
            Cpio("070702", new CpioMember("dir/a")), Cpio("070707", new CpioMember("dir/a")),
        ];
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        for (int i = random.Next(4); i >= 0; i--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..Math.Max(at, 1)];
                    break;
                case 3:
                    int length = Math.Min(random.Next(1, 64), bytes.Length - at);
                    bytes.AsSpan(random.Next(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
                case 4:
                    "../777"u8[..Math.Min(6, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
                    break;
                default:
                    bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xFF);
                    break;
            }
        }

        return bytes;
    }
}
