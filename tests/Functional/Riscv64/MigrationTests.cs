namespace QemuTest.Functional.Riscv64;

[Quick]
[Area("Migration")]
[Target("riscv64")]
public sealed class MigrationTests : MigrationTest
{
    [Test]
    public async Task A_guest_migrates_over_tcp()
    {
        await SetMachineAsync("virt");
        await MigrateWithTcpLocalhostAsync();
    }

    [Test]
    public async Task A_guest_migrates_over_a_unix_socket()
    {
        await SetMachineAsync("spike");
        await MigrateWithUnixAsync();
    }

    [Test]
    public async Task A_guest_migrates_through_programs()
    {
        await SetMachineAsync("virt");
        await MigrateWithExecAsync();
    }
}
