using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>The requirements of a migration of VFIO devices over multifd on the monitor.</summary>
internal static class MigrationRequirements
{
    private static readonly MigrationCapability[] Capabilities = [MigrationCapability.Multifd, MigrationCapability.ReturnPath];

    /// <summary>Gets what this QEMU lacks, in words; empty where it has everything.</summary>
    public static IReadOnlyList<string> MissingIn(QmpSchema schema)
    {
        var missing = new List<string>();
        if (!schema.Supports("migrate-incoming", "exit-on-error"))
            missing.Add("argument exit-on-error of command migrate-incoming (new in QEMU 9.1)");
        foreach (MigrationCapability capability in Capabilities)
        {
            if (!schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", capability.Value))
                missing.Add($"migration capability {capability}");
        }

        return missing;
    }
}
