using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>Parses and checks the devices that a user names, against a sysfs in a temporary folder.</summary>
[Quick]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HostDevicesTests
{
    private const string Uuid = "93c628e6-1361-4dfa-bf0a-3434bc3668c6";
    private const string OtherUuid = "9ac7377b-48a9-4d3c-b402-3815935eb102";
    private const string Address = "0000:5e:00.1";
    private const string OtherAddress = "0000:5e:00.2";

    private string _root = "";

    [SetUp]
    public void Make_a_root() => _root = Installed.NewFolder();

    [Test]
    public void No_names_give_no_devices([Values(null, "", " , ")] string? value) =>
        Assert.That(HostDevices.Read(value, null, "enable-migration=on"), Is.Null);

    [TestCase(Uuid, Uuid, "sysfsdev=/sys/bus/mdev/devices/" + Uuid)]
    [TestCase("93C628E6-1361-4DFA-BF0A-3434BC3668C6", Uuid, "sysfsdev=/sys/bus/mdev/devices/" + Uuid)]
    [TestCase("/sys/devices/virtual/mtty/mtty/" + Uuid + "/", Uuid, "sysfsdev=/sys/devices/virtual/mtty/mtty/" + Uuid)]
    [TestCase(Address, Address, "host=" + Address)]
    [TestCase("0000:5E:00.1", Address, "host=" + Address)]
    [TestCase("10000:01:1f.7", "10000:01:1f.7", "host=10000:01:1f.7")]
    [TestCase("/sys/bus/pci/devices/" + Address, Address, "sysfsdev=/sys/bus/pci/devices/" + Address)]
    public void A_name_is_a_UUID_an_address_or_a_path(string text, string name, string option)
    {
        var device = HostDevice.Parse(text, "HERE");

        Assert.Multiple(() =>
        {
            Assert.That(device.Name, Is.EqualTo(name), "as traces have it");
            Assert.That($"{device.Option.Key}={device.Option.Value}", Is.EqualTo(option), "as QEMU takes it");
        });
    }

    [TestCase("5e:00.1", Description = "no domain")]
    [TestCase("0000:5e:20.1", Description = "no such slot")]
    [TestCase("mlx5_0")]
    [TestCase("/dev/vfio/12")]
    [TestCase("/sys/class/net/eth0")]
    public void A_text_that_is_not_a_device_is_named_with_an_example(string text) =>
        Assert.That(
            () => HostDevices.Read(text, OtherUuid, null),
            Refused($"'{text}' in QEMU_TEST_VFIO_SOURCE is not a device", "0000:5e:00.1"));

    [TestCase(Uuid, null, "names 1 devices and QEMU_TEST_VFIO_DESTINATION 0")]
    [TestCase(null, Uuid, "names 0 devices and QEMU_TEST_VFIO_DESTINATION 1")]
    [TestCase(Uuid + "," + Address, OtherUuid, "names 2 devices and QEMU_TEST_VFIO_DESTINATION 1")]
    public void Both_sides_need_the_same_number_of_devices(string? source, string? destination, string error) =>
        Assert.That(() => HostDevices.Read(source, destination, null), Refused(error, "set neither"));

    [TestCase(Uuid + "," + Uuid, OtherUuid + "," + Address)]
    [TestCase(Uuid, Uuid)]
    [TestCase(Uuid, "/sys/bus/mdev/devices/" + Uuid, Description = "under another name")]
    public void A_device_named_twice_is_refused(string source, string destination) =>
        Assert.That(() => HostDevices.Read(source, destination, null), Refused($"Device {Uuid} is named twice", "in QEMU_TEST_VFIO_SOURCE and '"));

    [Test]
    public void Properties_are_added_to_every_device()
    {
        HostDevices devices = HostDevices.Read(Uuid, Address, "enable-migration=on, x-device-dirty-page-tracking=off")!;

        Assert.That(
            Arguments(devices.Destination, new VfioMachineOptions { Transfer = OnOffAuto.Auto }, devices),
            Is.EqualTo(
                $"-device driver=vfio-pci,host={Address},id=hd0,addr=0x1,enable-migration=on,x-device-dirty-page-tracking=off," +
                "x-migration-multifd-transfer=auto"));
    }

    [Test]
    public void Without_properties_a_device_keeps_the_defaults()
    {
        HostDevices devices = HostDevices.Read($"{Uuid},{Address}", $"{OtherUuid},{OtherAddress}", null)!;

        Assert.That(
            Arguments(devices.Source, new VfioMachineOptions { Transfer = null }, devices),
            Is.EqualTo($"-device driver=vfio-pci,sysfsdev=/sys/bus/mdev/devices/{Uuid},id=hd0,addr=0x1 -device driver=vfio-pci,host={Address},id=hd1,addr=0x2"));
    }

    [TestCase("enable-migration", "is not a property")]
    [TestCase("=on", "is not a property")]
    [TestCase("addr=0x9", "the tests set 'addr' themselves")]
    [TestCase("x-migration-multifd-transfer=off", "the tests set 'x-migration-multifd-transfer' themselves")]
    public void A_property_that_cannot_be_set_is_refused(string properties, string error) =>
        Assert.That(() => HostDevices.Read(Uuid, OtherUuid, properties), Refused($"'{properties}' in QEMU_TEST_VFIO_PROPERTIES", error));

    [Test]
    public void Usable_devices_pass_the_check()
    {
        Mdev(Uuid, group: "1");
        Pci(Address, "mlx5_vfio_pci", group: "2");
        Pci(OtherAddress, "vfio-pci", group: "3");
        Mdev(OtherUuid, group: "4");

        Assert.That(() => Check($"{Uuid},{Address}", $"{OtherUuid},{OtherAddress}"), Throws.Nothing);
    }

    [TestCase(Uuid, "no /sys/bus/mdev/devices/" + Uuid, "Create the mdev")]
    [TestCase(Address, "no /sys/bus/pci/devices/" + Address, "lspci -D")]
    public void A_missing_device_is_refused(string missing, string path, string cure)
    {
        Mdev(OtherUuid, group: "1");

        Assert.That(() => Check(OtherUuid, missing), Refused($"'{missing}' in QEMU_TEST_VFIO_DESTINATION does not exist: {path}", cure));
    }

    [TestCase("mlx5_core", "belongs to the driver mlx5_core")]
    [TestCase(null, "has no driver")]
    public void A_device_of_another_driver_is_refused_with_the_command_to_bind_it(string? driver, string error)
    {
        Pci(Address, driver, group: "1");

        Assert.That(() => Check(Address, Uuid), Refused($"'{Address}' in QEMU_TEST_VFIO_SOURCE {error}", $"driverctl set-override {Address} DRIVER"));
    }

    [Test]
    public void A_device_without_IOMMU_group_is_refused()
    {
        Pci(Address, "vfio-pci", group: null);

        Assert.That(() => Check(Address, Uuid), Refused("has no IOMMU group", "intel_iommu=on"));
    }

    [TestCase("vfio")]
    [TestCase("7")]
    public void A_node_without_access_is_named_with_the_reason(string node)
    {
        Pci(Address, "vfio-pci", group: "7");
        File.Delete(Path.Combine(_root, "dev/vfio", node));

        Assert.That(
            () => Check(Address, Uuid),
            Refused($"'{Address}' in QEMU_TEST_VFIO_SOURCE needs /dev/vfio/{node}, which this user cannot read and write: No such file or directory", "run as root"));
    }

    [Test]
    public void Two_sides_cannot_share_an_IOMMU_group()
    {
        Pci(Address, "vfio-pci", group: "7");
        Pci(OtherAddress, "vfio-pci", group: "7");

        Assert.That(
            () => Check(Address, OtherAddress),
            Refused($"'{Address}' in QEMU_TEST_VFIO_SOURCE and '{OtherAddress}' in QEMU_TEST_VFIO_DESTINATION are both in IOMMU group 7", "other groups"));
    }

    [Test]
    public void The_firmware_halts_at_the_reset_vector()
    {
        string file = Path.Combine(_root, "halt.bin");
        HaltingFirmware.Write(file);

        byte[] image = File.ReadAllBytes(file);
        Assert.Multiple(() =>
        {
            Assert.That(image, Has.Length.EqualTo(0x10000));
            Assert.That(Convert.ToHexString(image.AsSpan(0xfff0)), Is.EqualTo("FAF4EBFD000000000000000000000000"));
        });
    }

    [Test]
    public async Task The_shell_writes_the_same_firmware()
    {
        string file = Path.Combine(_root, "halt.bin");
        string script = Path.Combine(_root, "shell.bin");
        HaltingFirmware.Write(file);

        using var shell = System.Diagnostics.Process.Start("sh", ["-c", HaltingFirmware.WriteScript(script)]);
        await shell.WaitForExitAsync(Installed.Token);

        Assert.That(await File.ReadAllBytesAsync(script, Installed.Token), Is.EqualTo(await File.ReadAllBytesAsync(file, Installed.Token)));
    }

    [Test]
    public void An_error_has_the_input_and_its_variable() =>
        Assert.That(
            () => HostDevices.Read("mlx5_0", OtherUuid, null),
            Throws.TypeOf<VfioDeviceException>()
                .With.Property(nameof(VfioDeviceException.Input)).EqualTo("mlx5_0")
                .And.Property(nameof(VfioDeviceException.Variable)).EqualTo(HostDevices.SourceVariable));

    private static string Arguments(IReadOnlyList<HostDevice> devices, VfioMachineOptions options, HostDevices named) => string.Join(
        ' ',
        VfioArguments.Of(
            "qemu", "firmware", "trace", options, devices.Select((device, index) => VfioArguments.Device(device.Option, index, named.Properties, options)))
            .SkipWhile(argument => argument != "-device"));

    private static global::NUnit.Framework.Constraints.IResolveConstraint Refused(string what, string cure) =>
        Throws.TypeOf<VfioDeviceException>().With.Message.Contains(what).And.Message.Contains(cure);

    private void Check(string source, string destination)
    {
        HostDevices devices = HostDevices.Read(source, destination, null)!;
        HostDeviceCheck.Check(devices.Source, devices.Destination, _root);
    }

    private void Mdev(string uuid, string group) => Add($"sys/bus/mdev/devices/{uuid}", null, group);

    private void Pci(string address, string? driver, string? group) => Add($"sys/bus/pci/devices/{address}", driver, group);

    // Broken links suffice: only the last part of their targets matters.
    private void Add(string device, string? driver, string? group)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, device)).FullName;
        if (driver is not null)
            File.CreateSymbolicLink(Path.Combine(folder, "driver"), $"../../../bus/pci/drivers/{driver}");
        if (group is not null)
            File.CreateSymbolicLink(Path.Combine(folder, "iommu_group"), $"../../../kernel/iommu_groups/{group}");
        string nodes = Directory.CreateDirectory(Path.Combine(_root, "dev/vfio")).FullName;
        foreach (string? node in (string?[])["vfio", group])
        {
            if (node is not null)
                File.WriteAllText(Path.Combine(nodes, node), "");
        }
    }
}
