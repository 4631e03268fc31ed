using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

[Quick]
public sealed class VfioLabImageTests
{
    [Test]
    public void A_missing_image_is_reported_with_the_command_to_build_it() =>
        Assert.That(
            () => VfioLabImage.In(Installed.NewFolder()),
            Throws.TypeOf<VfioLabException>().With.Message.Contains("The VFIO lab image is missing").And.Message.Contains("qemu-test lab build"));
}
