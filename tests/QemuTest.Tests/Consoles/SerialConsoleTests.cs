using System.Net.Sockets;
using QemuTest.Consoles;
using QemuTest.Processes;

namespace QemuTest.Tests.Consoles;

/// <summary>The base of tests of a console on a scripted guest. The socket keeps packets, so the console reads each piece by itself.</summary>
public abstract class SerialConsoleTests
{
    protected static readonly TimeSpan Generous = TimeSpan.FromSeconds(20);
    protected static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    private protected ScriptedGuest Guest { get; private set; } = null!;

    protected SerialConsole Console { get; private set; } = null!;

    protected string LogFile { get; } = Path.Combine(RunFolders.NewTemporaryFolder(), "console.log");

    [SetUp]
    public void OpenConsole()
    {
        (Socket forConsole, Socket forGuest) = SocketPair.CreateForPackets();
        Guest = new ScriptedGuest(forGuest);
        Console = new SerialConsole(forConsole, "ttyS0", LogFile, _ => Task.FromResult("QEMU ended with signal 9."));
    }

    [TearDown]
    public async Task CloseConsole()
    {
        await Console.DisposeAsync();
        Guest.Dispose();
    }

    /// <summary>Waits until the console has read everything. The next wait starts after it.</summary>
    protected async Task SettleAsync()
    {
        await Guest.SayAsync("<mark>");
        await Console.WaitForAsync("<mark>", Generous);
    }
}
