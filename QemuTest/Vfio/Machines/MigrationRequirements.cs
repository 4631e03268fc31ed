using QemuTest.Qmp;

namespace QemuTest.Vfio;

/// <summary>What of the monitor a migration of VFIO devices over multifd needs, asked of QEMU's own schema.</summary>
internal static class MigrationRequirements
{
    private static readonly string[] Capabilities = ["multifd", "return-path"];

    /// <summary>What this QEMU lacks, in words for the reason of a skip; none where it has everything.</summary>
    public static IReadOnlyList<string> MissingIn(QmpSchema schema)
    {
        var missing = new List<string>();
        if (!schema.Supports("migrate-incoming", "exit-on-error"))
            missing.Add("migrate-incoming's argument exit-on-error (new in QEMU 9.1)");
        foreach (string capability in Capabilities)
        {
            if (!schema.SupportsValue("migrate-set-capabilities", "capabilities.capability", capability))
                missing.Add($"the migration capability {capability}");
        }

        return missing;
    }
}
