namespace QemuTest.Functional.Generic;

/// <summary>A guest without an operating system migrates between two machines of one type, over each kind of connection.</summary>
/// <param name="machine">The machine type.</param>
/// <param name="machineForUnix">The machine type for the Unix socket; null for the same.</param>
[Quick]
[Area("Migration")]
public abstract class GuestMigrationTest(string machine, string? machineForUnix = null) : MigrationTest
{
    [Test]
    public async Task A_guest_migrates_over_tcp()
    {
        await SetMachineAsync(machine);
        await MigrateWithTcpLocalhostAsync();
    }

    [Test]
    public async Task A_guest_migrates_over_a_unix_socket()
    {
        await SetMachineAsync(machineForUnix ?? machine);
        await MigrateWithUnixAsync();
    }

    [Test]
    public async Task A_guest_migrates_through_programs()
    {
        await SetMachineAsync(machine);
        await MigrateWithExecAsync();
    }
}
