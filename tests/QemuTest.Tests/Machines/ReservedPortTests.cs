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
    public void The_kernel_gives_a_held_port_to_nobody_who_asks_for_any()
    {
        // The range of ports that the kernel picks from has 28,000; with a thousand taken, an unheld one would come up again.
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
    public async Task Nobody_answers_on_a_held_port_until_a_QEMU_listens()
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
