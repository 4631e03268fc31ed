using System.IO.Compression;
using System.IO.Hashing;

namespace QemuTest.Archives;

/// <summary>Reads the members of a zip through its central directory. Checks the checksum, which ZipArchive ignores.</summary>
internal static class ZipMembers
{
    public static IEnumerable<ArchiveMember> Read(Stream seekable)
    {
        using var zip = new ZipArchive(seekable, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (entry.IsEncrypted)
                throw new MemberException(entry.FullName, "it is encrypted");

            // The upper half of the attributes is the Unix mode if a Unix program wrote the file, else 0.
            int mode = entry.ExternalAttributes >> 16;
            MemberKind kind = entry.FullName.EndsWith('/') ? MemberKind.Directory : ArchiveMember.KindOf(mode & 0xFFFF);
            if (kind == MemberKind.Directory)
            {
                yield return new ArchiveMember(entry.FullName, kind, mode, 0, null, Stream.Null);
                continue;
            }

            using var content = new CheckingStream(entry);
            string? target = kind == MemberKind.SymbolicLink ? content.ReadText() : null;
            yield return new ArchiveMember(entry.FullName, kind, mode, entry.Length, target, content);
        }
    }

    private sealed class CheckingStream(ZipArchiveEntry entry) : ForwardStream
    {
        private readonly Crc32 _crc = new();
        private readonly Stream _content = entry.Open();
        private long _read;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
                return 0;
            int read = _content.Read(buffer);
            _crc.Append(buffer[..read]);
            _read += read;
            if (read == 0 && _read != entry.Length)
                throw new MemberException(entry.FullName, $"it has {_read} bytes, but the archive declares {entry.Length}");
            if (read == 0 && _crc.GetCurrentHashAsUInt32() != entry.Crc32)
                throw new MemberException(entry.FullName, "its checksum is wrong");
            return read;
        }

        public string ReadText()
        {
            if (entry.Length > MemberName.MaxBytes)
                throw new MemberException(entry.FullName, $"a link target of {entry.Length} bytes; the limit is {MemberName.MaxBytes}");
            using var reader = new StreamReader(this, leaveOpen: true);
            return reader.ReadToEnd();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _content.Dispose();
            base.Dispose(disposing);
        }
    }
}
