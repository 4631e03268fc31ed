using System.Text.Json;

namespace QemuTest.Functional.X86_64;

/// <summary>The PCI identity of a virtio device, by its options and its type name.</summary>
[Quick]
[Target("x86_64")]
public sealed class VirtioVersionTests : QemuSystemTest
{
    private const int VirtioVendor = 0x1af4;
    private const int FirstModernId = 0x1040;
    private const int LastModernId = 0x107f;
    private const int FirstModernSubsystem = 0x40;
    private const string Express = "pci-express-device";
    private const string Conventional = "conventional-pci-device";

    [TestCase("virtio-net-pci", 1, 0x1000)]
    [TestCase("virtio-serial-pci", 3, 0x1003)]
    [TestCase("virtio-rng-pci", 4, 0x1005)]
    [TestCase("virtio-balloon-pci", 5, 0x1002)]
    [TestCase("virtio-scsi-pci", 8, 0x1004)]
    public async Task The_identity_of_a_device_of_both_generations_follows_its_options_and_type_name(
        string type, int virtioId, int legacyId)
    {
        JsonElement modern = await QueryPciAsync(type + ",disable-modern=off,disable-legacy=on");
        AssertModern(modern, virtioId);
        AssertSame(await QueryPciAsync(type + "-non-transitional"), modern, "-non-transitional");

        JsonElement transitional = await QueryPciAsync(type + ",disable-modern=off,disable-legacy=off");
        Assert.That(DeviceId(transitional), Is.EqualTo(legacyId), "transitional");
        Assert.That(Vendor(transitional), Is.EqualTo(VirtioVendor));
        JsonElement legacy = await QueryPciAsync(type + ",disable-modern=on,disable-legacy=off");
        Assert.That(DeviceId(legacy), Is.EqualTo(legacyId), "legacy");
        Assert.That(Vendor(legacy), Is.EqualTo(VirtioVendor));
        AssertSame(await QueryPciAsync(type), transitional, "without options, on a conventional bus");
        // QEMU's own test compares this device with itself.
        AssertSame(await QueryPciAsync(type + "-transitional"), transitional, "-transitional");

        IReadOnlySet<string> express = await TypesThatImplementAsync(Express);
        IReadOnlySet<string> conventional = await TypesThatImplementAsync(Conventional);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(express, Does.Contain(type).And.Not.Contain(type + "-transitional"));
            Assert.That(conventional, Does.Contain(type).And.Contain(type + "-transitional").And.Contain(type + "-non-transitional"));
        }
    }

    [TestCase("virtio-vga", 16)]
    [TestCase("virtio-gpu-pci", 16)]
    [TestCase("virtio-mouse-pci", 18)]
    [TestCase("virtio-tablet-pci", 18)]
    [TestCase("virtio-keyboard-pci", 18)]
    public async Task A_modern_only_device_has_the_modern_identity(string type, int virtioId)
    {
        JsonElement modern = await QueryPciAsync(type + ",disable-modern=off,disable-legacy=on");
        AssertModern(modern, virtioId);
        AssertSame(await QueryPciAsync(type), modern, "without options");

        IReadOnlySet<string> express = await TypesThatImplementAsync(Express);
        IReadOnlySet<string> conventional = await TypesThatImplementAsync(Conventional);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(express, Does.Contain(type));
            Assert.That(conventional, Does.Contain(type));
        }
    }

    private static void AssertModern(JsonElement device, int virtioId)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Vendor(device), Is.EqualTo(VirtioVendor));
            Assert.That(DeviceId(device), Is.EqualTo(FirstModernId + virtioId).And.InRange(FirstModernId, LastModernId));
            Assert.That(Id(device, "subsystem"), Is.AtLeast(FirstModernSubsystem));
        }
    }

    private static void AssertSame(JsonElement actual, JsonElement expected, string what) =>
        Assert.That(JsonElement.DeepEquals(actual, expected), Is.True, $"{what}: {actual} instead of {expected}");

    private static int DeviceId(JsonElement device) => Id(device, "device");

    private static int Vendor(JsonElement device) => Id(device, "vendor");

    private static int Id(JsonElement device, string member) => device.GetProperty("id").GetProperty(member).GetInt32();

    private async Task<JsonElement> QueryPciAsync(string device)
    {
        const string Id = "devfortest";
        QemuMachine machine = GetVm(null, "-device", $"{device},id={Id}", "-S");
        machine.SetMachine("pc");
        await machine.LaunchAsync(Token);
        JsonElement buses = await machine.Qmp.ExecuteAsync("query-pci", cancellationToken: Token);
        await machine.ShutdownAsync(cancellationToken: Token);
        return buses.EnumerateArray()
            .SelectMany(bus => bus.GetProperty("devices").EnumerateArray())
            .Single(d => d.GetProperty("qdev_id").GetString() == Id);
    }

    private async Task<IReadOnlySet<string>> TypesThatImplementAsync(string type)
    {
        if (!Vm.IsRunning)
        {
            Vm.SetMachine("none");
            await Vm.LaunchAsync(Token);
        }

        IReadOnlyList<ObjectTypeInfo> types = await Vm.Qmp.QomListTypesAsync(implements: type, cancellationToken: Token);
        return types.Select(t => t.Name).ToHashSet();
    }
}
