namespace QemuTest.Machines;

/// <summary>Machine types with a version, such as <c>pc-q35-10.0</c>. QEMU migrates guests between its versions with these only.</summary>
internal static class MachineVersions
{
    /// <summary>Gets the newest machine type of a family that two QEMUs have.</summary>
    /// <param name="machine">An alias, such as <c>q35</c>, or any machine type of the family.</param>
    /// <param name="source">One QEMU, which has the machine type.</param>
    /// <param name="destination">The other QEMU.</param>
    /// <returns>The machine type, or null if the family has no versions or the QEMUs have none in common.</returns>
    public static string? NewestCommon(string machine, QemuCapabilities source, QemuCapabilities destination)
    {
        string name = source.MachineAliases.GetValueOrDefault(machine, machine);
        int dash = name.LastIndexOf('-');
        if (dash < 0 || !Version.TryParse(name[(dash + 1)..], out _))
            return null;
        string family = name[..(dash + 1)];
        return source.Machines.Intersect(destination.Machines)
            .Where(one => one.StartsWith(family, StringComparison.Ordinal) && Version.TryParse(one[family.Length..], out _))
            .MaxBy(one => Version.Parse(one[family.Length..]));
    }
}
