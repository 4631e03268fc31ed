using System.Net;
using System.Net.Sockets;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>File descriptors that cannot be sent. <see cref="RealMonitorTests"/> sends one to a real QEMU.</summary>
[Quick]
public sealed class FileDescriptorTests : QmpSessionTests
{
    [Test]
    public async Task A_descriptor_over_TCP_is_refused_and_the_session_continues()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Task<QmpClient> connecting = QmpClient.ConnectAsync(listener.LocalEndPoint!);
        using var monitor = new ScriptedMonitor(await listener.AcceptAsync());
        await monitor.NegotiateAsync();
        await using QmpClient client = await connecting;
        await using FileStream file = NewFile();

        InvalidOperationException error = (await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await client.ExecuteAsync("getfd", options: new() { FileDescriptors = [file.SafeFileHandle] })))!;

        Assert.That(error.Message, Does.Contain("Unix socket").And.Contain("InterNetwork"));
        Task<System.Text.Json.JsonElement> next = client.ExecuteAsync("query-name");
        ScriptedCommand command = await monitor.ReadAsync();
        await monitor.ReplyAsync(command, "1");
        Assert.That(command.Name, Is.EqualTo("query-name"), "no part of the refused command may be sent");
        Assert.That((await next).GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_closed_descriptor_is_refused_and_the_session_continues()
    {
        FileStream file = NewFile();
        await file.DisposeAsync();

        ArgumentException error = (await Assert.ThrowsAsync<ArgumentException>(
            async () => await Client.ExecuteAsync("getfd", options: new() { FileDescriptors = [file.SafeFileHandle] })))!;

        Assert.That(error.Message, Does.Contain("'getfd'").And.Contain("closed"));
        await AssertUsableAsync();
    }

    private static FileStream NewFile() => File.Create(Path.Combine(RunFolders.NewTemporaryFolder(), "passed"));
}
