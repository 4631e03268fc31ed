using System.Globalization;
using System.Security.Cryptography;
using NUnit.Framework;
using QemuTest.Consoles;
using QemuTest.Machines;
using QemuTest.Qmp;

namespace QemuTest.NUnit;

/// <summary>A test that boots a Linux kernel. Every wait on a console fails at a kernel panic. Equals upstream's
/// <c>LinuxKernelTest</c>.</summary>
public abstract class LinuxKernelTest : QemuSystemTest
{
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What every kernel of upstream's tests gets on its command line: no times before its messages, so that patterns match.
    /// Ends with a blank.</summary>
    public const string KernelCommonCommandLine = "printk.time=0 ";

    /// <summary>Makes a kernel panic what no wait may meet.</summary>
    protected LinuxKernelTest() => ConsoleFailure = "Kernel panic - not syncing";

    /// <summary>Gives <see cref="QemuSystemTest.Vm"/> a console and a kernel, and launches it. Equals upstream's
    /// <c>launch_kernel</c>.</summary>
    /// <param name="kernel">The kernel's path.</param>
    /// <param name="initrd">The initial file system's path; null for none.</param>
    /// <param name="dtb">The device tree's path; null for the machine's own.</param>
    /// <param name="consoleIndex">How many serial ports before the console's stay unused.</param>
    /// <param name="waitFor">What the console must show before this is over; null for nothing.</param>
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

    /// <summary>Starts a web server in the guest's shell, brings a file through the forwarded port, and asserts its SHA-256. The guest
    /// needs a network of the kind <c>user</c> that forwards a port of the host to the guest's. Equals upstream's
    /// <c>check_http_download</c>, with a limit.</summary>
    /// <param name="path">The file's path as the server has it, with a leading slash.</param>
    /// <param name="sha256">Its SHA-256 in lower-case hex.</param>
    /// <param name="guestPort">The port in the guest.</param>
    /// <param name="server">The server's command, to which the port is added. It must say <c>0.0.0.0</c> once it listens.</param>
    public async Task CheckHttpDownloadAsync(string path, string sha256, int guestPort = 8080, string server = "python3 -m http.server")
    {
        string port = guestPort.ToString(CultureInfo.InvariantCulture);
        await ExecCommandAndWaitForPatternAsync($"{server} {port} & sleep 1", "0.0.0.0").ConfigureAwait(false);
        string network = await Vm.Qmp.HumanMonitorCommandAsync("info usernet", cancellationToken: Token).ConfigureAwait(false);
        int hostPort = Usernet.ForwardedPort(network, guestPort)
            ?? throw new AssertionException($"No port of the host leads to the guest: add hostfwd=tcp:127.0.0.1:0-:{port} to the network.\n{network}");
        var address = new Uri($"http://127.0.0.1:{hostPort.ToString(CultureInfo.InvariantCulture)}{path}");
        using var handler = new SocketsHttpHandler { ConnectTimeout = Timeouts.Scale(DownloadTimeout), UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Timeouts.Scale(DownloadTimeout) };
        await using Stream content = await client.GetStreamAsync(address, Token).ConfigureAwait(false);
        string found = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, Token).ConfigureAwait(false));
        Log($"{address} has SHA-256 {found}");
        Assert.That(found, Is.EqualTo(sha256), $"the SHA-256 of {address}");
    }
}
