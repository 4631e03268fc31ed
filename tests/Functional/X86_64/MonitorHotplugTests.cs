using System.Text.Json;
using System.Text.Json.Nodes;

namespace QemuTest.Functional.X86_64;

/// <summary>Monitors that come and go while QEMU runs. They are objects since QEMU 11.1. The code is the same for every target.</summary>
[Quick]
[Target("x86_64")]
public sealed class MonitorHotplugTests : QemuSystemTest
{
    private const string Id = "hotplug-mon";
    private const string Chardev = "hotplug-chr";

    private string SocketPath => Path.Combine(SocketDirectory, "hotplug.sock");

    [SetUp]
    public async Task LaunchAsync()
    {
        await RequireObjectAsync("monitor-qmp");
        await SetMachineAsync("none");
        Vm.AddArgs("-nodefaults");
        await Vm.LaunchAsync(Token);
    }

    [Test]
    public async Task A_monitor_is_added_and_removed_twice()
    {
        for (int round = 1; round <= 2; round++)
        {
            await AddAsync(Chardev, Id);
            await using (QmpClient second = await ConnectAsync(SocketPath))
                Assert.That((await second.QueryVersionAsync(cancellationToken: Token)).Qemu.Major, Is.EqualTo(Vm.Qmp.Greeting.Version.Major));
            await RemoveAsync(Chardev, Id);
        }
    }

    [Test]
    public async Task A_monitor_cannot_remove_itself()
    {
        await AddAsync(Chardev, Id);
        await using QmpClient second = await ConnectAsync(SocketPath);

        await Assert.ThatAsync(() => DeleteObjectAsync(second, Id), Throws.TypeOf<QmpCommandException>().With.Property("ErrorClass").EqualTo("GenericError"));

        await second.QueryStatusAsync(cancellationToken: Token);
    }

    [Test]
    public async Task A_monitor_can_end_with_its_connection()
    {
        await AddAsync(Chardev, Id, closeAction: "delete");
        await using (QmpClient second = await ConnectAsync(SocketPath))
            await second.QueryStatusAsync(cancellationToken: Token);

        // QEMU deletes it when it notices the end of the connection. No event says so.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await HasObjectAsync(Id))
            await timer.WaitForNextTickAsync(Token);
    }

    [Test]
    public async Task A_large_answer_arrives_whole()
    {
        await AddAsync(Chardev, Id);
        await using QmpClient second = await ConnectAsync(SocketPath);

        JsonElement schema = await second.ExecuteAsync("query-qmp-schema", cancellationToken: Token);

        Assert.That(schema.GetArrayLength(), Is.EqualTo((await Vm.Qmp.ExecuteAsync("query-qmp-schema", cancellationToken: Token)).GetArrayLength()).And.GreaterThan(500));
    }

    [Test]
    public async Task Every_monitor_gets_the_events()
    {
        await AddAsync(Chardev, Id);
        await using QmpClient second = await ConnectAsync(SocketPath);
        using QmpEventSubscription stops = second.Subscribe("STOP");
        await Vm.Qmp.ContAsync(cancellationToken: Token);

        await Vm.Qmp.StopAsync(cancellationToken: Token);

        await stops.NextAsync("STOP", TimeSpan.FromSeconds(10), cancellationToken: Token);
    }

    [Test]
    public async Task Ten_monitors_answer_at_once()
    {
        string[] numbers = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];
        foreach (string number in numbers)
            await AddAsync(Chardev + number, Id + number, number);
        QmpClient[] clients = await Task.WhenAll(numbers.Select(number => ConnectAsync(SocketPath + number)));

        StatusInfo[] answers = await Task.WhenAll(clients.Select(client => client.QueryStatusAsync(cancellationToken: Token)));

        Assert.That(answers.Distinct(), Has.Exactly(1).Items);
        foreach (QmpClient client in clients)
            await client.DisposeAsync();
        foreach (string number in numbers)
            await RemoveAsync(Chardev + number, Id + number);
    }

    private async Task AddAsync(string chardev, string id, string suffix = "", string? closeAction = null)
    {
        JsonObject address = new() { ["type"] = "unix", ["data"] = new JsonObject { ["path"] = SocketPath + suffix } };
        await Vm.Qmp.ExecuteAsync(
            "chardev-add",
            new JsonObject
            {
                ["id"] = chardev,
                ["backend"] = new JsonObject { ["type"] = "socket", ["data"] = new JsonObject { ["addr"] = address, ["server"] = true, ["wait"] = false } },
            },
            cancellationToken: Token);
        JsonObject monitor = new() { ["qom-type"] = "monitor-qmp", ["id"] = id, ["chardev"] = chardev };
        if (closeAction is not null)
            monitor["close-action"] = closeAction;
        await Vm.Qmp.ExecuteAsync("object-add", monitor, cancellationToken: Token);
        Assert.That(await HasObjectAsync(id));
    }

    private async Task RemoveAsync(string chardev, string id)
    {
        await DeleteObjectAsync(Vm.Qmp, id);
        Assert.That(await HasObjectAsync(id), Is.False);
        await Vm.Qmp.ExecuteAsync("chardev-remove", new JsonObject { ["id"] = chardev }, cancellationToken: Token);
    }

    private static Task DeleteObjectAsync(QmpClient monitor, string id) =>
        monitor.ExecuteAsync("object-del", new JsonObject { ["id"] = id }, cancellationToken: Token);

    private async Task<bool> HasObjectAsync(string id) =>
        (await Vm.Qmp.QomListAsync("/objects", cancellationToken: Token)).Any(property => property.Name == id);

    private static Task<QmpClient> ConnectAsync(string path) =>
        QmpClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(path), new QmpClientOptions { Name = "second" }, Token);
}
