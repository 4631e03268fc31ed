using QemuTest.Functional.Vfio;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>Runs the tests for a user's own devices in the lab's guest, which is a machine with real mdevs: with the .NET and the QEMU of this
/// host's root, and with devices named by the environment. The contents of the devices are read from outside.</summary>
[Thorough]
[Area("Vfio")]
public sealed class HostDevicesInTheLabTests
{
    private const int Devices = 2;
    private const string Fixture = $"QemuTest.Functional.Vfio.{nameof(VfioHostDeviceTests)}";
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(12);

    private readonly string _folder = Installed.NewFolder();

    [Test]
    [TestTimeout(900)]
    public async Task The_tests_for_devices_of_a_host_pass_on_a_host_with_devices()
    {
        await using VfioLab lab = await VfioLab.StartAsync(
            await QemuBinary.OpenAsync(Installed.Qemu), new QemuMachineOptions { Name = "lab", LogDirectory = _folder }, cancellationToken: Installed.Token);
        IReadOnlyList<SyntheticDevice> source = await CreateAsync(lab, seed: 1);
        IReadOnlyList<SyntheticDevice> destination = await CreateAsync(lab, seed: 101);
        IReadOnlyList<ulong> saved = await SyntheticDevices.ReadChecksumsAsync(source, Installed.Token);
        Assert.That(
            await SyntheticDevices.ReadChecksumsAsync(destination, Installed.Token), Is.Not.EqualTo(saved), "contents of both sides before");

        (int code, string output) = await lab.Shell.TryRunAsync(
            Script(source, destination), RunTimeout, Installed.Token);
        TestContext.Out.WriteLine(output);

        Assert.That(code, Is.Zero, code == 0 ? "" : $"{output}\n{await ReadFailuresAsync(lab)}");
        IReadOnlyList<TestRecord> records = await ReadRecordsAsync(lab);
        Assert.Multiple(() =>
        {
            Assert.That(
                records.Select(record =>
                    $"{record.Test[(Fixture.Length + 1)..]}: {record.Outcome}, {record.Facts?["path, source"]}, {record.Facts?["path, destination"]}"),
                Is.EquivalentTo(new[]
                {
                    "A_guest_migrates_there_and_back(Off,MainChannel): Passed, main channel for 2 of 2 devices, main channel for 2 of 2 devices",
                    "A_guest_migrates_there_and_back(On,Multifd): Passed, multifd for 1 of 1 devices, multifd for 1 of 1 devices",
                    "A_paused_guest_is_paused_on_the_destination: Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "After_a_cancellation_in_pre_copy_the_guest_runs_and_can_migrate: Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "Device_state_takes_the_path_that_transfer_sets(Auto,Multifd): Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "Device_state_takes_the_path_that_transfer_sets(Off,MainChannel): Passed, main channel for 2 of 2 devices, main channel for 2 of 2 devices",
                    "Device_state_takes_the_path_that_transfer_sets(On,Multifd): Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                }));
            Assert.That(records.Select(record => record.Binary), Is.All.EqualTo(Installed.Qemu));
        });
        Assert.That(
            await SyntheticDevices.ReadChecksumsAsync(destination, Installed.Token),
            Is.EqualTo(saved),
            "contents of the destination's devices, and the source's before");
    }

    private static Task<IReadOnlyList<SyntheticDevice>> CreateAsync(VfioLab lab, long seed) =>
        lab.CreateSyntheticDevicesAsync(Devices, new SyntheticDeviceOptions { Size = 1 << 20, Seed = seed }, Installed.Token);

    // The root is read-only, so writable folders are in memory. The built tests are copied before a mount hides them. One side is named by
    // UUID, the other by path.
    private static string Script(IReadOnlyList<SyntheticDevice> source, IReadOnlyList<SyntheticDevice> destination)
    {
        string functional = Path.GetDirectoryName(Checkout.Functional)!;
        string host = Path.GetDirectoryName(Checkout.Samples)!;
        string dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        string[] environment =
        [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/run/home", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "DOTNET_TieredPGO=0",
            "DOTNET_EnableDiagnostics=0", $"QEMU_TEST_QEMU_BINARY={Installed.Qemu}",
            $"QEMU_TEST_QEMU_BINARY_DST={Environment.GetEnvironmentVariable("QEMU_TEST_QEMU_BINARY_DST")}", "QEMU_TEST_TIMEOUT_MULTIPLIER=4",
            $"{HostDevices.SourceVariable}={string.Join(',', source.Select(device => device.Name))}",
            $"{HostDevices.DestinationVariable}={string.Join(',', destination.Select(device => device.SysfsPath))}",
            $"{HostDevices.PropertiesVariable}=enable-migration=on,x-device-dirty-page-tracking=off",
        ];
        string[] command =
        [
            "env", "-i", .. environment, "chroot", "/host", dotnet, $"/run/host/{Path.GetFileName(Checkout.Samples)}", "fixture",
            $"/run/functional/{Path.GetFileName(Checkout.Functional)}", Fixture, "/run/work",
        ];
        return
            $"""
            set -e
            mkdir -p /host /run
            mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose hostroot /host
            mount -t tmpfs tmpfs /run
            mkdir /run/home /run/work
            cp -r {ShellQuoting.Quote("/host" + functional)} /run/functional
            cp -r {ShellQuoting.Quote("/host" + host)} /run/host
            mount -t tmpfs tmpfs /host/tmp
            for tree in proc sys dev run; do mount --bind /$tree /host/$tree; done
            {ShellQuoting.Join(command)}
            """;
    }

    // The lab's memory is gone after the test, and with it the logs.
    private static Task<string> ReadFailuresAsync(VfioLab lab) =>
        lab.Shell.RunAsync("cat /run/work/qemu-test/*/*/failure.txt | head -c 65536", Installed.Token);

    private async Task<IReadOnlyList<TestRecord>> ReadRecordsAsync(VfioLab lab)
    {
        const string End = "end of record";
        string all = await lab.Shell.RunAsync(
            $"for record in /run/work/qemu-test/*/*/record.json; do cat $record; echo '{End}'; done", Installed.Token);
        var records = new List<TestRecord>();
        foreach (string text in all.Split(End, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string file = Path.Combine(_folder, "record.json");
            await File.WriteAllTextAsync(file, text, Installed.Token);
            records.Add(TestRecord.Read(file));
        }

        return records;
    }
}
