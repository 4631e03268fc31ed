using System.Globalization;

namespace QemuTest.QapiGen.Syntax;

/// <summary>The rules for documentation comments, which differ between QEMU releases. The tree of the schema decides; outside a
/// QEMU tree the newest rules apply.</summary>
/// <param name="LineFormat">Lines have at most 70 columns, and two spaces separate sentences (since 10.2).</param>
/// <param name="EqualsHeadings">A line that starts with <c>=</c> is a heading. Only free-form comments can have one, in their
/// first line (up to 10.0).</param>
internal sealed record DocRules(bool LineFormat, bool EqualsHeadings)
{
    public static DocRules Newest { get; } = new(LineFormat: true, EqualsHeadings: false);

    /// <summary>Gets the rules for a schema file.</summary>
    public static DocRules For(string schemaPath)
    {
        for (DirectoryInfo? folder = Directory.GetParent(Path.GetFullPath(schemaPath)); folder is not null; folder = folder.Parent)
        {
            string version = Path.Combine(folder.FullName, "VERSION");
            if (Directory.Exists(Path.Combine(folder.FullName, "scripts", "qapi")) && File.Exists(version))
                return Of(File.ReadAllText(version).Trim());
        }

        return Newest;
    }

    private static DocRules Of(string version)
    {
        string[] parts = version.Split('.');
        if (parts.Length < 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor))
            return Newest;
        // Between releases, QEMU's tree has the number of the last release and a micro version of 50 or more.
        if (parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int micro) && micro >= 50)
            minor++;
        return new((major, minor).CompareTo((10, 2)) >= 0, (major, minor).CompareTo((10, 0)) <= 0);
    }
}
