using System.Security.Cryptography;

namespace QemuTest.Vfio;

/// <summary>The lab guest's kernel and initramfs, as <c>QemuTest/Vfio/Recipe/build.sh</c> leaves them in the user's cache.</summary>
/// <param name="Kernel">The kernel's file.</param>
/// <param name="Initrd">The initramfs with modules and init.</param>
/// <param name="KernelRelease">What <c>uname -r</c> says in the guest.</param>
public sealed record VfioLabImage(string Kernel, string Initrd, string KernelRelease)
{
    /// <summary>Where the image is kept: <c>qemu-test/vfio-lab</c> in <c>XDG_CACHE_HOME</c>, else in <c>~/.cache</c>.</summary>
    internal static string Cache
    {
        get
        {
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(cache))
                cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "qemu-test", "vfio-lab");
        }
    }

    /// <summary>A digest of the files' contents.</summary>
    internal string Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(File.ReadAllBytes(Kernel));
            hash.AppendData(File.ReadAllBytes(Initrd));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The image that <c>QemuTest/Vfio/Recipe/build.sh</c> made the current one: that of the recipe for which it ran last.</summary>
    /// <exception cref="VfioLabException">There is none, or it is not whole.</exception>
    public static VfioLabImage Locate() => In(Path.Combine(Cache, "current"));

    internal static VfioLabImage In(string folder)
    {
        var image = new VfioLabImage(Path.Combine(folder, "vmlinuz"), Path.Combine(folder, "initrd"), "");
        string release = Path.Combine(folder, "kernel-release");
        foreach (string file in new[] { image.Kernel, image.Initrd, release })
        {
            if (!File.Exists(file))
                throw new VfioLabException($"The VFIO lab image is not there: no {file}. Build it with eng/setup.sh (or QemuTest/Vfio/Recipe/build.sh).");
        }

        return image with { KernelRelease = File.ReadAllText(release).Trim() };
    }
}
