using System.Globalization;

namespace QemuTest.Processes;

/// <summary>Values that change with a file's content: size in bytes, modification time in nanoseconds, inode.</summary>
internal readonly record struct FileIdentity(long Size, long ModifiedNanoseconds, long Inode)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size} {ModifiedNanoseconds} {Inode}");
}
