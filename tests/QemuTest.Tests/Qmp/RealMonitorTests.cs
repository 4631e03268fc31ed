using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Processes;
using QemuTest.Qmp;

namespace QemuTest.Tests.Qmp;

/// <summary>The client with an installed QEMU.</summary>
[Quick]
public sealed class RealMonitorTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(20);

    [Test]
    public async Task The_greeting_has_the_version_of_the_binary()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();

        QemuBinary binary = await QemuBinary.OpenAsync(machine.Binary);
        Assert.That(machine.Qmp.Greeting.Version, Is.EqualTo(binary.Version));
        Assert.That(machine.Qmp.Greeting.Capabilities, Does.Contain("oob"));
        Assert.That(machine.Qmp.OutOfBand);
    }

    [Test]
    public async Task The_error_for_an_unknown_command_names_it()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();

        QmpCommandException error = (await Assert.ThrowsAsync<QmpCommandException>(async () => await machine.Qmp.ExecuteAsync("query-everything")))!;
        Assert.That(error.ErrorClass, Is.EqualTo("CommandNotFound"));
        Assert.That(error.Description, Does.Contain("query-everything"));
    }

    [Test]
    public async Task Several_commands_can_run_at_once()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();

        Task<JsonElement>[] running = [.. Enumerable.Range(1, 30).Select(i => machine.Qmp.ExecuteAsync(
            "human-monitor-command", new JsonObject { ["command-line"] = $"print {i}" }))];
        JsonElement schema = await machine.Qmp.ExecuteAsync("query-qmp-schema");

        string[] printed = [.. (await Task.WhenAll(running)).Select(r => r.GetString()!.Trim())];
        Assert.That(printed, Is.EqualTo(Enumerable.Range(1, 30).Select(i => $"0x{i:x}")));
        Assert.That(schema.GetArrayLength(), Is.GreaterThan(100));
    }

    [Test]
    public async Task Events_subscribed_before_the_command_are_not_missed()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();
        using QmpEventSubscription events = machine.Qmp.Subscribe("STOP", "RESUME");

        await machine.Qmp.ExecuteAsync("stop");
        QmpEvent stop = await events.NextAsync("STOP", Generous);
        await machine.Qmp.ExecuteAsync("cont");
        QmpEvent resume = await events.NextAsync("RESUME", Generous);

        Assert.That(stop.Name, Is.EqualTo("STOP"));
        Assert.That(resume.Name, Is.EqualTo("RESUME"));
        Assert.That(resume.Timestamp, Is.GreaterThan(stop.Timestamp));
        Assert.That(stop.Timestamp, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Out_of_band_runs_only_commands_that_QEMU_allows()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();
        var outOfBand = new QmpCommandOptions { OutOfBand = true };

        QmpCommandException pause = (await Assert.ThrowsAsync<QmpCommandException>(
            async () => await machine.Qmp.ExecuteAsync("migrate-pause", options: outOfBand)))!;
        QmpCommandException status = (await Assert.ThrowsAsync<QmpCommandException>(
            async () => await machine.Qmp.ExecuteAsync("query-status", options: outOfBand)))!;
        JsonElement yanked = await machine.Qmp.ExecuteAsync("yank", new JsonObject { ["instances"] = new JsonArray() }, outOfBand);

        Assert.That(pause.Description, Does.Contain("postcopy"), "the command ran, and there is no migration to pause");
        Assert.That(status.Description, Does.Contain("query-status").And.Contain("OOB"));
        Assert.That(yanked.GetRawText(), Is.EqualTo("{}"));
    }

    [Test]
    public async Task A_file_is_sent_to_QEMU_as_a_descriptor()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();
        string path = Path.Combine(RunFolders.NewTemporaryFolder(), "passed");
        await using FileStream file = File.Create(path);
        var passing = new QmpCommandOptions { FileDescriptors = [file.SafeFileHandle] };

        JsonElement added = await machine.Qmp.ExecuteAsync("add-fd", new JsonObject { ["fdset-id"] = 7, ["opaque"] = "a file" }, passing);
        JsonElement got = await machine.Qmp.ExecuteAsync("getfd", new JsonObject { ["fdname"] = "named" }, passing);
        JsonElement sets = await machine.Qmp.ExecuteAsync("query-fdsets");

        int number = added.GetProperty("fd").GetInt32();
        JsonElement set = sets.EnumerateArray().Single();
        Assert.That(set.GetProperty("fdset-id").GetInt32(), Is.EqualTo(7));
        Assert.That(set.GetProperty("fds")[0].GetProperty("fd").GetInt32(), Is.EqualTo(number));
        Assert.That(set.GetProperty("fds")[0].GetProperty("opaque").GetString(), Is.EqualTo("a file"));
        Assert.That(File.ResolveLinkTarget($"/proc/{machine.ProcessId}/fd/{number}", returnFinalTarget: false)?.FullName, Is.EqualTo(path));
        Assert.That(got.GetRawText(), Is.EqualTo("{}"));
        Assert.That(file.CanWrite, "the caller keeps the descriptor");
    }

    [Test]
    public async Task A_missing_descriptor_is_an_error_of_QEMU()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();

        QmpCommandException error = (await Assert.ThrowsAsync<QmpCommandException>(
            async () => await machine.Qmp.ExecuteAsync("getfd", new JsonObject { ["fdname"] = "named" })))!;
        Assert.That(error.Description, Does.Contain("SCM_RIGHTS"));
    }

    [Test]
    public async Task The_client_connects_to_a_monitor_on_a_path()
    {
        string path = Path.Combine(RunFolders.NewTemporaryFolder(), "qmp.sock");
        await using QemuMachine machine = Installed.NewMachine();
        machine.AddArgs("-qmp", $"unix:{path},server=on,wait=off");
        await machine.LaunchAsync();

        await using QmpClient second = await QmpClient.ConnectAsync(UnixSocketPath.ToEndPoint(path), new() { Name = "second" });

        Assert.That(second.Greeting.Version, Is.EqualTo(machine.Qmp.Greeting.Version));
        Assert.That((await second.ExecuteAsync("query-status")).GetProperty("status").GetString(), Is.EqualTo("running"));
    }

    [Test]
    public async Task The_client_connects_to_a_monitor_on_a_port()
    {
        await using QemuMachine machine = Installed.NewMachine();
        machine.AddArgs("-qmp", "tcp:127.0.0.1:0,server=on,wait=off");
        await machine.LaunchAsync();
        JsonElement chardevs = await machine.Qmp.ExecuteAsync("query-chardev");
        string place = chardevs.EnumerateArray().Select(c => c.GetProperty("filename").GetString()!).Single(f => f.Contains("tcp:"));
        int port = int.Parse(place.Split("127.0.0.1:")[1].Split(',')[0], CultureInfo.InvariantCulture);

        await using QmpClient second = await QmpClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), new() { Name = "second" });

        Assert.That((await second.ExecuteAsync("query-status")).GetProperty("status").GetString(), Is.EqualTo("running"));
    }

    [Test]
    public async Task Killing_QEMU_fails_a_running_command_immediately()
    {
        await using QemuMachine machine = Installed.NewMachine();
        await machine.LaunchAsync();
        int pid = machine.ProcessId!.Value;
        Signals.Send(pid, Signal.Stop);
        Task<JsonElement> running = machine.Qmp.ExecuteAsync("query-status");
        Assert.That(await Task.WhenAny(running, Task.Delay(200)), Is.Not.SameAs(running), "a stopped QEMU cannot answer");

        Signals.Send(pid, Signal.Kill);

        await Assert.ThatAsync(async () => await running, Throws.TypeOf<QmpDisconnectedException>(), "the failure does not wait for the command's timeout");
        Assert.That(machine.Qmp.IsConnected, Is.False);
    }
}
