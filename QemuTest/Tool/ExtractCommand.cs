using System.CommandLine;
using QemuTest.Archives;

namespace QemuTest.Tool;

/// <summary><c>qemu-test extract</c>: takes an archive apart as a test would, to look into one that a test refuses.</summary>
internal static class ExtractCommand
{
    public static Command Create()
    {
        Argument<FileInfo> archive = new("archive") { Description = "tar, zip, deb, cpio or 7z, compressed or not." };
        Argument<DirectoryInfo> folder = new("folder") { Description = "Where to." };
        Option<string?> member = new("--member") { Description = "Only this member." };
        Option<bool> collisions = new("--allow-case-collisions") { Description = "Accept names that differ in case alone." };
        Command command = new("extract", "Extracts an archive without external programs, and refuses what is hostile.") { archive, folder, member, collisions };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(archive)!.FullName, target = parsed.GetValue(folder)!.FullName;
            ExtractionOptions rules = new() { AllowCaseCollisions = parsed.GetValue(collisions) };
            try
            {
                await (parsed.GetValue(member) is { } one
                    ? Archive.ExtractMemberAsync(path, one, Path.Combine(target, MemberName.Normalize(one)), rules: rules, cancellationToken: cancellationToken)
                    : Archive.ExtractAsync(path, target, rules: rules, cancellationToken: cancellationToken));
                return 0;
            }
            catch (Exception e) when (e is IOException or QemuTestException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command;
    }
}
