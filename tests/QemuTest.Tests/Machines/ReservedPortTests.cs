using System.Net;
using System.Net.Sockets;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class ReservedPortTests
{
    [Test]
    public void The_kernel_never_chooses_a_reserved_port()
    {
        // The kernel chooses from about 28,000 ports. Of a thousand that are released at once, some would come up twice.
        List<ReservedPort> held = [.. Enumerable.Range(0, 1000).Select(_ => new ReservedPort())];
        try
        {
            Assert.That(held.Select(p => p.Number), Is.Unique);
        }
        finally
        {
            held.ForEach(p => p.Dispose());
        }
    }

    [Test]
    public async Task A_reserved_port_refuses_connections_until_a_QEMU_listens()
    {
        using var port = new ReservedPort();
        using var early = new TcpClient();
        Assert.That(
            async () => await early.ConnectAsync(IPAddress.Loopback, port.Number, Installed.Token),
            Throws.TypeOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionRefused));

        await using var machine = new QemuMachine(Installed.Qemu, new QemuMachineOptions { LogDirectory = Installed.NewFolder() });
        machine.SetMachine("none");
        machine.AddArgs("-chardev", $"socket,id=c,host=127.0.0.1,port={port.Number},server=on,wait=off");
        await machine.LaunchAsync(Installed.Token);

        using var late = new TcpClient();
        await late.ConnectAsync(IPAddress.Loopback, port.Number, Installed.Token);
        Assert.That(late.Connected);
    }
}
