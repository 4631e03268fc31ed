using QemuTest.Functional.Vfio;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>The lab's guest is a machine with real mdevs. The tests that a user runs with devices of a machine run there as they would
/// run anywhere: on the .NET and the QEMU of this host's root, which the guest sees, with the devices named by the environment. What
/// arrived in the devices is read from outside.</summary>
[Thorough]
[Area("Vfio")]
public sealed class HostDevicesInTheLabTests
{
    private const int Devices = 2;
    private const string Fixture = $"QemuTest.Functional.X86_64.{nameof(VfioHostDeviceTests)}";
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(12);

    private readonly string _folder = Installed.NewFolder();

    [Test]
    [TestTimeout(900)]
    public async Task The_tests_for_a_users_devices_pass_on_a_machine_that_has_some()
    {
        await using VfioLab lab = await VfioLab.StartAsync(
            Installed.Qemu, new QemuMachineOptions { Name = "lab", LogDirectory = _folder }, cancellationToken: Installed.Token);
        SyntheticDevice[] source = await CreateAsync(lab, firstSeed: 1);
        SyntheticDevice[] destination = await CreateAsync(lab, firstSeed: 101);
        ulong[] left = await ChecksumsAsync(source);
        Assert.That(await ChecksumsAsync(destination), Is.Not.EqualTo(left), "the destination's devices hold something else before");

        (int code, string output) = await lab.Shell.TryRunAsync(
            Script(source, destination), Installed.Token, RunTimeout);
        TestContext.Out.WriteLine(output);

        Assert.That(code, Is.Zero, output);
        IReadOnlyList<TestRecord> records = await ReadRecordsAsync(lab);
        Assert.Multiple(() =>
        {
            Assert.That(
                records.Select(record =>
                    $"{record.Test[(Fixture.Length + 1)..]}: {record.Outcome}, {record.Facts?["path, source"]}, {record.Facts?["path, destination"]}"),
                Is.EquivalentTo(new[]
                {
                    "A_guest_goes_there_and_back(Off,MainChannel): Passed, main channel for 2 of 2 devices, main channel for 2 of 2 devices",
                    "A_guest_goes_there_and_back(On,Multifd): Passed, multifd for 1 of 1 devices, multifd for 1 of 1 devices",
                    "A_paused_guest_waits_on_the_destination: Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "Cancelled_in_pre_copy_the_guest_runs_on_and_can_still_leave: Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "Device_state_takes_the_way_that_is_set(Auto,Multifd): Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                    "Device_state_takes_the_way_that_is_set(Off,MainChannel): Passed, main channel for 2 of 2 devices, main channel for 2 of 2 devices",
                    "Device_state_takes_the_way_that_is_set(On,Multifd): Passed, multifd for 2 of 2 devices, multifd for 2 of 2 devices",
                }));
            Assert.That(records.Select(record => record.Binary), Is.All.EqualTo(Installed.Qemu));
        });
        Assert.That(await ChecksumsAsync(destination), Is.EqualTo(left), "contents of the destination's devices, against the source's before");
    }

    private static async Task<SyntheticDevice[]> CreateAsync(VfioLab lab, int firstSeed)
    {
        SyntheticDevice[] devices = new SyntheticDevice[Devices];
        for (int i = 0; i < Devices; i++)
            devices[i] = await lab.CreateSampleDeviceAsync(new SyntheticDeviceOptions { Size = 1 << 20, Seed = firstSeed + i }, Installed.Token);
        return devices;
    }

    private static async Task<ulong[]> ChecksumsAsync(SyntheticDevice[] devices)
    {
        ulong[] checksums = new ulong[devices.Length];
        for (int i = 0; i < devices.Length; i++)
            checksums[i] = await devices[i].ReadChecksumAsync(Installed.Token);
        return checksums;
    }

    // What stands in for the machine's own folders is in memory: the root is seen read-only. The built tests are copied before
    // anything hides them. One side is named by UUID, the other by path, as a user may.
    private static string Script(SyntheticDevice[] source, SyntheticDevice[] destination)
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
