namespace QemuTest.Functional.Sparc;

[Quick]
[Area("Migration")]
[Target("sparc")]
public sealed class MigrationTests : MigrationTest
{
    [Test]
    public async Task A_guest_migrates_over_tcp()
    {
        await SetMachineAsync("SS-4");
        await MigrateWithTcpLocalhostAsync();
    }

    [Test]
    public async Task A_guest_migrates_over_a_unix_socket()
    {
        await SetMachineAsync("SS-5");
        await MigrateWithUnixAsync();
    }

    [Test]
    public async Task A_guest_migrates_through_programs()
    {
        await SetMachineAsync("SS-4");
        await MigrateWithExecAsync();
    }
}
