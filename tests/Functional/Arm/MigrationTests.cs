using QemuTest.Functional.Generic;

namespace QemuTest.Functional.Arm;

[Target("arm")]
public sealed class MigrationTests() : GuestMigrationTest("npcm750-evb");
