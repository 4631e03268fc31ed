namespace QemuTest.Vfio;

/// <summary>The lab guest's kernel and initramfs, as <c>eng/VfioLab/build.sh</c> leaves them in the user's cache.</summary>
/// <param name="Kernel">The kernel's file.</param>
/// <param name="Initrd">The initramfs with modules and init.</param>
/// <param name="KernelRelease">What <c>uname -r</c> says in the guest.</param>
public sealed record VfioLabImage(string Kernel, string Initrd, string KernelRelease)
{
    /// <summary>The image that the last build left.</summary>
    /// <exception cref="VfioLabException">There is none, or it is not whole.</exception>
    public static VfioLabImage Locate()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return In(Path.Combine(cache, "qemu-test", "vfio-lab", "current"));
    }

    internal static VfioLabImage In(string folder)
    {
        var image = new VfioLabImage(Path.Combine(folder, "vmlinuz"), Path.Combine(folder, "initrd"), "");
        string release = Path.Combine(folder, "kernel-release");
        foreach (string file in new[] { image.Kernel, image.Initrd, release })
        {
            if (!File.Exists(file))
                throw new VfioLabException($"The VFIO lab image is not there: no {file}. Build it with eng/setup.sh (or eng/VfioLab/build.sh).");
        }

        return image with { KernelRelease = File.ReadAllText(release).Trim() };
    }
}
