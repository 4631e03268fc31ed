using System.Globalization;
using System.Security.Cryptography;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;

namespace QemuTest.NUnit;

/// <summary>The base of tests that boot a Linux kernel. A kernel panic fails every wait on a console.</summary>
/// <remarks><c>qemu_test.LinuxKernelTest</c> in QEMU's own framework.</remarks>
public abstract class LinuxKernelTest : QemuSystemTest
{
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The start of a kernel command line: messages without times, so that patterns match. Ends with a blank.</summary>
    /// <remarks><c>KERNEL_COMMON_COMMAND_LINE</c> in QEMU's own framework.</remarks>
    public const string KernelCommonCommandLine = "printk.time=0 ";

    /// <summary>Sets the failure pattern of all waits to a kernel panic.</summary>
    protected LinuxKernelTest() => ConsoleFailure = "Kernel panic - not syncing";

    /// <summary>Gives <see cref="QemuSystemTest.Vm"/> a console and a kernel, launches it, and waits for a pattern.</summary>
    /// <param name="kernel">The path of the kernel.</param>
    /// <param name="initrd">The path of the initial file system; null for none.</param>
    /// <param name="dtb">The path of the device tree; null for that of the machine.</param>
    /// <param name="consoleIndex">The number of unused serial ports before the console.</param>
    /// <param name="waitFor">The awaited pattern; null to return after the launch.</param>
    /// <exception cref="QemuLaunchException">QEMU did not start.</exception>
    /// <exception cref="ConsoleException">The pattern did not appear; see <see cref="SerialConsole.WaitForAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">The machine is already launched.</exception>
    public async Task LaunchKernelAsync(
        string kernel, string? initrd = null, string? dtb = null, int consoleIndex = 0, ConsolePattern? waitFor = null)
    {
        Vm.SetConsole(consoleIndex: consoleIndex);
        Vm.AddArgs("-kernel", kernel);
        if (initrd is not null)
            Vm.AddArgs("-initrd", initrd);
        if (dtb is not null)
            Vm.AddArgs("-dtb", dtb);
        await Vm.LaunchAsync(Token).ConfigureAwait(false);
        if (waitFor is not null)
            await WaitForConsolePatternAsync(waitFor).ConfigureAwait(false);
    }

    /// <summary>Starts a web server in the guest's shell, downloads a file through the forwarded port, and asserts its SHA-256. The guest
    /// needs a <c>user</c> network that forwards a port of the host to the port in the guest. The download has a timeout of 60 s.</summary>
    /// <param name="path">The path of the file on the server, with a leading slash.</param>
    /// <param name="sha256">The expected SHA-256 in lower-case hex.</param>
    /// <param name="guestPort">The port in the guest.</param>
    /// <param name="server">The command of the server, to which the port is appended. It must print <c>0.0.0.0</c> when it listens.</param>
    public async Task CheckHttpDownloadAsync(string path, string sha256, int guestPort = 8080, string server = "python3 -m http.server")
    {
        string port = guestPort.ToString(CultureInfo.InvariantCulture);
        await ExecCommandAndWaitForPatternAsync($"{server} {port} & sleep 1", "0.0.0.0").ConfigureAwait(false);
        string network = await Usernet.ReadAsync(Vm.Qmp, Token).ConfigureAwait(false);
        int hostPort = Usernet.ForwardedPort(network, guestPort)
            ?? throw new AssertionException($"No port of the host is forwarded to port {port} of the guest: add hostfwd=tcp:127.0.0.1:0-:{port} to the network.\n{network}");
        var address = new Uri($"http://127.0.0.1:{hostPort.ToString(CultureInfo.InvariantCulture)}{path}");
        using var handler = new SocketsHttpHandler { ConnectTimeout = Timeouts.Scale(DownloadTimeout), UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Timeouts.Scale(DownloadTimeout) };
        await using Stream content = await client.GetStreamAsync(address, Token).ConfigureAwait(false);
        string found = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, Token).ConfigureAwait(false));
        Log($"{address} has SHA-256 {found}");
        Assert.That(found, Is.EqualTo(sha256), $"the SHA-256 of {address}");
    }
}
