using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

[Quick]
[EverySystemTarget]
public sealed class VncTests : QemuSystemTest
{
    private const int FirstPort = 5900;

    // The texts of QEMU up to 11.0, and from 11.1 on.
    private static readonly string[] NoDisplay = ["Could not set password", "No VNC display is present"];
    private static readonly string[] NoPassword = ["Could not set password", "VNC password authentication is disabled"];

    [Test]
    public async Task Without_a_display_the_password_cannot_be_changed()
    {
        await LaunchAsync();

        Assert.That((await QueryVncAsync()).Enabled, Is.False);
        QmpCommandException? error = await ChangePasswordAsync();

        AssertRefused(error, NoDisplay);
    }

    [Test]
    public async Task A_password_cannot_be_added_to_a_display_without_one()
    {
        await LaunchAsync("-vnc", "127.0.0.1:1,to=999");

        Assert.That((await QueryVncAsync()).Enabled, Is.True);
        QmpCommandException? error = await ChangePasswordAsync();

        AssertRefused(error, NoPassword);
    }

    [Test]
    public async Task The_password_of_a_display_can_be_changed()
    {
        await LaunchAsync("-vnc", "127.0.0.1:1,to=999,password=on");

        Assert.That((await QueryVncAsync()).Enabled, Is.True);
        QmpCommandException? error = await ChangePasswordAsync();

        Assert.That(error, Is.Null);
    }

    [Test]
    public async Task A_display_moves_to_other_ports()
    {
        using var a = new ReservedPort();
        using var b = new ReservedPort();
        using var c = new ReservedPort();
        Assert.That(await ListeningAsync(a, b, c), Is.EqualTo(new[] { false, false, false }), "before the launch");
        await LaunchAsync("-vnc", $"127.0.0.1:{a.Number - FirstPort}");

        Assert.That((await QueryVncAsync()).Service, Is.EqualTo(Service(a)));
        Assert.That(await ListeningAsync(a, b, c), Is.EqualTo(new[] { true, false, false }), "after the launch");

        await Vm.Qmp.ExecuteAsync(
            "display-update",
            new JsonObject { ["type"] = "vnc", ["addresses"] = new JsonArray(Address(b), Address(c)) },
            cancellationToken: Token);

        Assert.That((await QueryVncAsync()).Service, Is.EqualTo(Service(b)));
        Assert.That(await ListeningAsync(a, b, c), Is.EqualTo(new[] { false, true, true }), "after the update");
    }

    private static void AssertRefused(QmpCommandException? error, string[] known)
    {
        Assert.That(error, Is.Not.Null.And.Property(nameof(QmpCommandException.ErrorClass)).EqualTo("GenericError"));
        Wording.AssertKnown("change-vnc-password", error!.Description, known);
    }

    private static string Service(ReservedPort port) => port.Number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Address(ReservedPort port) => new() { ["type"] = "inet", ["host"] = "127.0.0.1", ["port"] = Service(port) };

    private static async Task<bool[]> ListeningAsync(params ReservedPort[] ports)
    {
        var listening = new List<bool>();
        foreach (ReservedPort port in ports)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port.Number), Token);
                listening.Add(true);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
            {
                listening.Add(false);
            }
        }

        return [.. listening];
    }

    private async Task LaunchAsync(params string[] display)
    {
        await SetMachineAsync("none");
        Vm.AddArgs(["-nodefaults", "-S", .. display]);
        try
        {
            await Vm.LaunchAsync(Token);
        }
        catch (QemuLaunchException error) when (error.Message.Contains("-vnc: invalid option", StringComparison.Ordinal))
        {
            Assert.Ignore($"{QemuBin} was built without VNC");
        }
        catch (QemuLaunchException error) when (error.Message.Contains("Cipher backend does not support DES algorithm", StringComparison.Ordinal))
        {
            Assert.Ignore($"{QemuBin} was built without the cipher that VNC's passwords need");
        }
    }

    private async Task<VncInfo> QueryVncAsync()
    {
        try
        {
            return await Vm.Qmp.QueryVncAsync(cancellationToken: Token);
        }
        catch (QmpCommandException error) when (error.ErrorClass == "CommandNotFound")
        {
            Assert.Ignore($"{QemuBin} was built without VNC");
            throw;
        }
    }

    private async Task<QmpCommandException?> ChangePasswordAsync()
    {
        try
        {
            await Vm.Qmp.ChangeVncPasswordAsync("new_password", cancellationToken: Token);
            return null;
        }
        catch (QmpCommandException error)
        {
            return error;
        }
    }
}
