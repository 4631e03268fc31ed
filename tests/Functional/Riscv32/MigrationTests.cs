namespace QemuTest.Functional.Riscv32;

[Quick]
[Area("Migration")]
[Target("riscv32")]
public sealed class MigrationTests : MigrationTest
{
    [Test]
    public async Task A_guest_migrates_over_tcp()
    {
        await SetMachineAsync("spike");
        await MigrateWithTcpLocalhostAsync();
    }

    [Test]
    public async Task A_guest_migrates_over_a_unix_socket()
    {
        await SetMachineAsync("virt");
        await MigrateWithUnixAsync();
    }

    [Test]
    public async Task A_guest_migrates_through_programs()
    {
        await SetMachineAsync("spike");
        await MigrateWithExecAsync();
    }
}
