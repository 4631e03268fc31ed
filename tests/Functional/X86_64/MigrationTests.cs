using QemuTest.Functional.Generic;

namespace QemuTest.Functional.X86_64;

[Target("x86_64")]
public sealed class MigrationTests() : GuestMigrationTest(Machine)
{
    private const string Machine = "microvm";

    [Test]
    public async Task A_guest_migrates_through_a_descriptor()
    {
        await SetMachineAsync(Machine);
        await MigrateWithDescriptorAsync();
    }
}
