using System.Globalization;

namespace QemuTest.QapiGen.Syntax;

/// <summary>The rules for documentation comments that changed from one QEMU to the next. A schema is held to
/// those of the tree that it stands in; outside a QEMU tree, to the newest.</summary>
/// <param name="LineFormat">Lines end by column 70 and sentences stand two spaces apart (from 10.2 on).</param>
/// <param name="EqualsHeadings">A line that starts with <c>=</c> is a heading, which only free-form comments may
/// have, and first (up to 10.0).</param>
internal sealed record DocRules(bool LineFormat, bool EqualsHeadings)
{
    public static DocRules Newest { get; } = new(LineFormat: true, EqualsHeadings: false);

    /// <summary>The rules of the QEMU whose source tree holds the schema.</summary>
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
        // Before a release, QEMU's tree carries the number of the last one and a micro version of 50 and more.
        if (parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int micro) && micro >= 50)
            minor++;
        return new((major, minor).CompareTo((10, 2)) >= 0, (major, minor).CompareTo((10, 0)) <= 0);
    }
}
