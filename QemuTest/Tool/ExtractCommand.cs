using System.CommandLine;
using QemuTest.Archives;

namespace QemuTest.Tool;

/// <summary><c>qemu-test extract</c>: extracts an archive as a test does, for example one that a test refuses.</summary>
internal static class ExtractCommand
{
    public static Command Create()
    {
        var archive = new Argument<FileInfo>("archive") { Description = "A tar, zip, deb or cpio file, compressed or not." };
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The target folder." };
        var member = new Option<string?>("--member") { Description = "Extract only this member." };
        var collisions = new Option<bool>("--allow-case-collisions") { Description = "Accept names that differ only in case." };
        var command = new Command("extract", "Extracts an archive without external programs. Refuses a hostile one.") { archive, folder, member, collisions };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(archive)!.FullName, target = parsed.GetValue(folder)!.FullName;
            var options = new ExtractionOptions { AllowCaseCollisions = parsed.GetValue(collisions) };
            try
            {
                await (parsed.GetValue(member) is { } one
                    ? Archive.ExtractMemberAsync(path, one, Path.Combine(target, MemberName.Normalize(one)), options: options, cancellationToken: cancellationToken)
                    : Archive.ExtractAsync(path, target, options: options, cancellationToken: cancellationToken));
                return 0;
            }
            catch (Exception error) when (error is IOException or ArchiveException)
            {
                await Console.Error.WriteLineAsync(error.Message);
                return 1;
            }
        });
        return command;
    }
}
