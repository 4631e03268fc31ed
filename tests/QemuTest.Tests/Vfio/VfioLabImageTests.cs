using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

[Quick]
public sealed class VfioLabImageTests
{
    [Test]
    public void An_image_that_is_not_there_is_told_how_to_build() =>
        Assert.That(
            () => VfioLabImage.In(Installed.NewFolder()),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("The VFIO lab image is not there").And.Message.Contains("eng/setup.sh"));
}
