namespace QemuTest.Functional.Alpha;

[Quick]
[Area("Migration")]
[Target("alpha")]
public sealed class MigrationTests : MigrationTest
{
    private const string Machine = "clipper";

    [Test]
    public async Task A_guest_migrates_over_tcp()
    {
        await SetMachineAsync(Machine);
        await MigrateWithTcpLocalhostAsync();
    }

    [Test]
    public async Task A_guest_migrates_over_a_unix_socket()
    {
        await SetMachineAsync(Machine);
        await MigrateWithUnixAsync();
    }

    [Test]
    public async Task A_guest_migrates_through_programs()
    {
        await SetMachineAsync(Machine);
        await MigrateWithExecAsync();
    }
}
