using NUnit.Framework;
using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Vfio;

/// <summary>A test of VFIO migration with devices of this host that the user named (<see cref="HostDevices"/>); skipped where none is
/// named. Tests use the devices one at a time. The output and the trace of each QEMU are beside the test's logs.</summary>
[Area("VfioHost")]
[NonParallelizable]
public abstract class VfioHostTest : VfioTest
{
    private VfioHost? _host;

    /// <summary>Gets this host with the named devices.</summary>
    /// <exception cref="InvalidOperationException">No devices are named.</exception>
    protected VfioHost Host => _host ?? throw new InvalidOperationException("The host is available from SetUp to TearDown, if devices are named.");

    /// <summary>Checks the devices. Skips the test where none is named, or where <c>vfio-pci</c> cannot transfer state over
    /// multifd.</summary>
    /// <exception cref="VfioDeviceException">A device cannot be used.</exception>
    [SetUp]
    public async Task SetUpHostAsync()
    {
        if (HostDevices.FromEnvironment() is not { } devices)
        {
            Assert.Ignore($"{HostDevices.SourceVariable} and {HostDevices.DestinationVariable} name no devices of this host");
            return;
        }

        await RequireMultifdTransferAsync().ConfigureAwait(false);
        IReadOnlyList<QemuBinary> binaries = await BinariesAsync().ConfigureAwait(false);
        _host = await VfioHost.OpenAsync(binaries[0], devices, OutputDirectory, Logger, binaries[1], Token).ConfigureAwait(false);
    }

    /// <summary>Shuts the machines down. A QEMU that crashed or was killed fails the test.</summary>
    [TearDown]
    public async Task TearDownHostAsync()
    {
        if (_host is null)
            return;
        await CaptureFailureAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    private protected override Task<IReadOnlyList<EndedQemu>> EndedQemusAsync() =>
        EndedQemu.OfAsync((_host?.Machines ?? []).Select(machine => machine.Process));

    private protected override async Task<IReadOnlyList<FailureSection>> DescribeFailureAsync()
    {
        List<FailureSection> sections = [.. await base.DescribeFailureAsync().ConfigureAwait(false)];
        foreach (HostMachine machine in _host?.Machines ?? [])
            sections.AddRange(await FailureReport.DescribeAsync(machine.Process).ConfigureAwait(false));
        return sections;
    }
}
