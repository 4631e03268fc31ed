using System.Security.Cryptography;

namespace QemuTest.Vfio;

/// <summary>The lab guest's kernel and initramfs in the user's cache, built by <c>qemu-test lab build</c>.</summary>
/// <param name="Kernel">The path of the kernel.</param>
/// <param name="Initrd">The path of the initramfs, with modules and init.</param>
/// <param name="KernelRelease">The output of <c>uname -r</c> in the guest.</param>
public sealed record VfioLabImage(string Kernel, string Initrd, string KernelRelease)
{
    /// <summary>Gets the folder of all images: <c>qemu-test/vfio-lab</c> in <c>XDG_CACHE_HOME</c>, else in <c>~/.cache</c>.</summary>
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

    /// <summary>Gets a digest of the files' contents.</summary>
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

    /// <summary>Gets the image that was built last.</summary>
    /// <exception cref="VfioLabException">There is none, or it is incomplete.</exception>
    public static VfioLabImage Locate() => In(Path.Combine(Cache, "current"));

    internal static VfioLabImage In(string folder)
    {
        var image = new VfioLabImage(Path.Combine(folder, "vmlinuz"), Path.Combine(folder, "initrd"), "");
        string release = Path.Combine(folder, "kernel-release");
        foreach (string file in new[] { image.Kernel, image.Initrd, release })
        {
            if (!File.Exists(file))
                throw new VfioLabException($"The VFIO lab image is missing: no {file}. Build it with: qemu-test lab build");
        }

        return image with { KernelRelease = File.ReadAllText(release).Trim() };
    }
}
