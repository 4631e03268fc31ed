using QemuTest.Displays;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Displays;

[Quick]
[TestTimeout(60)]
[SkipIfMissingCommands(Ocr.Program)]
public sealed class OcrTests
{
    [Test]
    public void A_missing_picture_is_an_error_with_the_output_of_tesseract()
    {
        string picture = Path.Combine(Installed.NewFolder(), "none.ppm");

        Assert.That(
            () => Ocr.ReadLinesAsync(picture, Installed.Token),
            Throws.TypeOf<ProgramException>().With.Message.Contains($"'tesseract {picture} stdout' ended with exit code").And.Message.Contains("It wrote:"));
    }
}
