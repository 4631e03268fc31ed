using NUnit.Framework;
using QemuTest.NUnit;

namespace QemuTest.Vfio;

/// <summary>A test of VFIO migration with devices of this host that its user named (<see cref="HostDevices"/>); skipped where none is
/// named. One test at a time has them. Outputs and traces of the QEMUs lie beside the test's logs.</summary>
[NonParallelizable]
public abstract class VfioHostTest : VfioTest
{
    private VfioHost? _host;

    /// <summary>This host with the named devices.</summary>
    protected VfioHost Host => _host ?? throw new InvalidOperationException("The host is there from SetUp on; no devices were named.");

    /// <summary>Looks for the devices. Skips the test where none is named, or where the binary's <c>vfio-pci</c> cannot transfer state
    /// over multifd.</summary>
    /// <exception cref="VfioDeviceException">What is named cannot be used.</exception>
    [SetUp]
    public async Task SetUpHostAsync()
    {
        if (HostDevices.FromEnvironment() is not { } devices)
        {
            Assert.Ignore($"{HostDevices.SourceVariable} and {HostDevices.DestinationVariable} name no devices of this host");
            return;
        }

        await RequireMultifdTransferAsync().ConfigureAwait(false);
        _host = await VfioHost.OpenAsync(QemuBin, devices, OutputDirectory, Logger, DestinationQemu, Token).ConfigureAwait(false);
    }

    /// <summary>Ends the machines; a QEMU that crashed, or had to be killed, fails the test.</summary>
    [TearDown]
    public async Task TearDownHostAsync()
    {
        if (_host is null)
            return;
        await CaptureFailureAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    private protected override async Task<IReadOnlyList<FailureSection>> DescribeFailureAsync()
    {
        List<FailureSection> sections = [.. await base.DescribeFailureAsync().ConfigureAwait(false)];
        foreach (HostMachine machine in _host?.Machines ?? [])
            sections.AddRange(await FailureReport.DescribeAsync(machine.Process).ConfigureAwait(false));
        return sections;
    }
}
