namespace QemuTest.Functional.Arm;

[Thorough]
[TestTimeout(180)]
[Target("arm")]
[SkipUntrustedTest]
public sealed class IntegratorCpTests : LinuxKernelTest
{
    private static readonly Asset Kernel = Asset.Named("upstream/integratorcp/kernel");
    private static readonly Asset Initrd = Asset.Named("upstream/integratorcp/initrd");

    [Test]
    public async Task Linux_boots_to_its_login()
    {
        await SetMachineAsync("integratorcp");
        // It took 45 s at a load of ten times the number of processors.
        ConsoleTimeout = TimeSpan.FromSeconds(150);
        Vm.AddArgs("-append", KernelCommonCommandLine + "console=ttyAMA0");
        await LaunchKernelAsync(await Kernel.FetchAsync(Token), await Initrd.FetchAsync(Token), waitFor: "Log in as root");
    }
}
