namespace QemuTest.Functional.X86_64;

[Quick]
[Area("Migration")]
[Target("x86_64")]
public sealed class MigrationTests : MigrationTest
{
    private const string Machine = "microvm";

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

    [Test]
    public async Task A_guest_migrates_through_a_descriptor()
    {
        await SetMachineAsync(Machine);
        await MigrateWithDescriptorAsync();
    }
}
