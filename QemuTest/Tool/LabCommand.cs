using System.CommandLine;

namespace QemuTest.Tool;

/// <summary><c>qemu-test lab</c>: the VFIO lab.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        var refresh = new Option<bool>("--refresh") { Description = "Looks for a newer kernel even if the recipe has not changed." };
        var build = new Command("build", "Builds the lab's guest image from Debian's packages, unless it exists, and prints its folder. Installs nothing.") { refresh };
        build.SetAction((parsed, cancellationToken) => LabBuild.RunAsync(LabBuild.Recipe, parsed.GetValue(refresh), cancellationToken));
        return new Command("lab", "Manages the VFIO lab: a guest that provides VFIO devices without hardware.") { build };
    }
}
