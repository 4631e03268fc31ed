using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Tool;

/// <summary>Examines the machine: emulators, tools, the VFIO lab, KVM.</summary>
internal static class Doctor
{
    private const string LabTarget = "x86_64";
    private static readonly Version OldestQemu = new(10, 0);

    public static async IAsyncEnumerable<Check> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Host();
        string? chosen = Environment.GetEnvironmentVariable("QEMU_TEST_QEMU_BINARY");
        if (!string.IsNullOrEmpty(chosen))
            yield return await EmulatorAsync("QEMU_TEST_QEMU_BINARY", chosen, required: true, cancellationToken);

        IReadOnlyDictionary<string, string> emulators = SystemTargets.Installed();
        foreach ((string target, string path) in emulators)
            yield return await EmulatorAsync($"target {target}", path, required: false, cancellationToken);
        if (emulators.Count == 0 && string.IsNullOrEmpty(chosen))
            yield return new Check("system emulators", false, true, "no qemu-system-* in MESON_BUILD_ROOT, QEMU_BUILD_ROOT or PATH. Install them: apt-get install qemu-system");

        yield return Tool("setpriv", "util-linux", required: true, "It ends every QEMU together with the test host.");
        yield return Tool("qemu-img", "qemu-utils", required: false, "It creates disk images.");
        yield return Tool("gdb-multiarch", "gdb-multiarch", required: false, "It debugs guests of every architecture.");
        yield return Tool("tesseract", "tesseract-ocr", required: false, "It reads text from screens.");

        Check image = LabImage(out VfioLabImage? lab);
        yield return image;
        emulators.TryGetValue(LabTarget, out string? qemu);
        yield return await LabAsync(lab, qemu, cancellationToken);
        yield return await KvmAsync(qemu, cancellationToken);
    }

    private static Check Host()
    {
        bool linux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);
        string finding = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, .NET {Environment.Version}";
        return new Check("host", linux, true, linux ? finding : $"{finding}. QemuTest runs on Linux only.");
    }

    private static async Task<Check> EmulatorAsync(string subject, string path, bool required, CancellationToken cancellationToken)
    {
        try
        {
            QemuBinary binary = await QemuBinary.OpenAsync(path, cancellationToken);
            QemuCapabilities capabilities = await binary.GetCapabilitiesAsync(cancellationToken);
            string finding = $"{path}, QEMU {binary.Version}, target {capabilities.Target}, {capabilities.Machines.Count} machine types, " +
                string.Join(' ', capabilities.Accelerators.Order(StringComparer.Ordinal));
            return binary.Version < OldestQemu
                ? new Check(subject, false, required, $"{finding}. VFIO multifd needs QEMU {OldestQemu} or newer; on Debian 12: apt-get install -t bookworm-backports qemu-system")
                : new Check(subject, true, required, finding);
        }
        catch (QemuMachineException error)
        {
            return new Check(subject, false, required, error.Message);
        }
    }

    private static Check Tool(string name, string package, bool required, string purpose) => SearchPath.Find(name) is { } path
        ? new Check(name, true, required, path)
        : new Check(name, false, required, $"not in PATH. {purpose} Install it: apt-get install {package}");

    private static Check LabImage(out VfioLabImage? image)
    {
        try
        {
            image = VfioLabImage.Locate();
            return new Check("VFIO lab image", true, false, $"Linux {image.KernelRelease}, {image.Initrd}");
        }
        catch (VfioLabException error)
        {
            image = null;
            return new Check("VFIO lab image", false, false, error.Message);
        }
    }

    private static async Task<Check> LabAsync(VfioLabImage? image, string? qemu, CancellationToken cancellationToken)
    {
        const string Subject = "VFIO lab";
        if (image is null || qemu is null)
            return new Check(Subject, false, false, $"needs the lab image (qemu-test lab build) and qemu-system-{LabTarget} (apt-get install qemu-system-x86)");
        string folder = RunFolders.NewTemporaryFolder();
        try
        {
            long began = Stopwatch.GetTimestamp();
            await using VfioLab lab = await VfioLab.StartAsync(
                await QemuBinary.OpenAsync(qemu, cancellationToken), new QemuMachineOptions { Name = "lab", LogDirectory = folder }, cancellationToken: cancellationToken);
            LabDevice device = await lab.CreateDeviceAsync(cancellationToken: cancellationToken);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return new Check(Subject, true, false, string.Create(
                CultureInfo.InvariantCulture, $"boots in {seconds:0.0} s and makes a VFIO device ({device.Type})"));
        }
        catch (Exception error) when (error is VfioLabException or QemuMachineException)
        {
            return new Check(Subject, false, false, error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Check> KvmAsync(string? qemu, CancellationToken cancellationToken)
    {
        const string Subject = "KVM";
        if (qemu is null)
            return new Check(Subject, false, false, $"needs qemu-system-{LabTarget}");
        KvmSupport kvm = await KvmProbe.RunAsync(qemu, cancellationToken);
        return new Check(Subject, kvm.IsUsable, false, kvm.Reason ?? "a guest runs on it");
    }
}
