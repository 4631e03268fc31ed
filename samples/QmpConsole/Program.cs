// Talks to the monitor of a running QEMU. Start one, for example:
//   qemu-system-x86_64 -display none -qmp unix:/tmp/qmp.sock,server=on,wait=off
// then run: dotnet run --project samples/QmpConsole /tmp/qmp.sock
using QemuTest;
using QemuTest.Qmp;

if (args is not [string path])
{
    Console.Error.WriteLine("usage: QmpConsole SOCKET");
    return 2;
}

try
{
    await using QmpClient qmp = await QmpClient.ConnectAsync(UnixSocketPath.ToEndPoint(path));
    VersionInfo version = await qmp.QueryVersionAsync();
    Console.WriteLine($"QEMU {version.Qemu.Major}.{version.Qemu.Minor}.{version.Qemu.Micro} {version.Package}");

    using QmpEventSubscription events = qmp.Subscribe();
    Console.WriteLine("Waiting one minute for an event …");
    Console.WriteLine(await events.NextAsync(_ => true, TimeSpan.FromMinutes(1), "of any name"));
    return 0;
}
catch (QemuTestException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
