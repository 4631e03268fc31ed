using QemuTest.Machines;
using QemuTest.Migration;
using QemuTest.Processes;
using QemuTest.Tests.Host;
using QemuTest.Vfio;

// A process that acts as a test host and is killed: it brings QEMUs to a certain point, prints 'ready', and waits. In the mode 'fixture'
// it runs a single fixture.

string mode = args[0];
if (mode == "fetch")
{
    // Fetches an asset by URL and hash into the cache named by the environment.
    Console.WriteLine("ready");
    Console.WriteLine(await new QemuTest.Assets.Asset(args[1], args[2]).FetchAsync(CancellationToken.None));
    return 0;
}

if (mode == "fixture")
    return FixtureRun.Run(args[1], args[2], args[3]);

string qemu = args[1];
string work = args[2];
string logs = RunFolders.NewScratchFolder(work, "logs");
_ = RunFolders.NewTemporaryFolder();
var options = new QemuMachineOptions { Name = "guest", LogDirectory = logs };
switch (mode)
{
    case "nothing": // only deletes the folders of killed hosts, as every start does
        return 0;
    case "launch": // never completes the launch, because the QEMU is slow
        Console.WriteLine("ready");
        await using (var slow = new QemuMachine(qemu, options))
            await slow.LaunchAsync();
        return 1;
    case "program": // the given program runs for longer than the test
        Console.WriteLine("ready");
        await ChildProgram.RunAsync(qemu, ["600"], TimeSpan.FromMinutes(10));
        return 1;
    case "machine":
        await using (var machine = new QemuMachine(qemu, options))
        {
            machine.SetMachine("none");
            await machine.LaunchAsync();
            await WaitToBeKilledAsync();
        }

        return 1;
    case "boot":
        Console.WriteLine("ready");
        (QemuMachine guest, _) = await LabGuest.BootAsync(await QemuBinary.OpenAsync(qemu), VfioLabImage.Locate(), options, TimeSpan.FromMinutes(2), default);
        await using (guest)
            await WaitToBeKilledAsync();
        return 1;
    case "lab":
        await using (var lab = await VfioLab.StartAsync(await QemuBinary.OpenAsync(qemu), options))
        {
            VfioMigrationPair<LabMachine> pair = await lab.StartPairAsync(devices: 2, new() { Transfer = OnOffAuto.On });
            Console.WriteLine("ready");
            await pair.MigrateAsync(new MigrationOptions { MultifdChannels = 4 });
            await WaitToBeKilledAsync();
        }

        return 1;
    default:
        return 2;
}

static Task WaitToBeKilledAsync()
{
    Console.WriteLine("ready");
    return Task.Delay(TimeSpan.FromMinutes(2));
}
