using System.Globalization;

namespace QemuTest.Processes;

/// <summary>What changes when a file's content does: size in bytes, modification time in nanoseconds, inode.</summary>
internal readonly record struct FileIdentity(long Size, long ModifiedNanoseconds, long Inode)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size} {ModifiedNanoseconds} {Inode}");
}
