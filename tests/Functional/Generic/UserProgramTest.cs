using QemuTest.Processes;

namespace QemuTest.Functional.Generic;

/// <summary>A user emulator runs a static program: its arguments, files through <c>-L</c>, output and exit status.</summary>
public abstract class UserProgramTest(StaticProgram program) : QemuUserTest
{
    private const string Greeting = "Hello from the other side of the emulator.";
    private const string FileName = "/qemu-test-greeting";

    [Test]
    public async Task A_static_program_reads_a_file_through_the_L_path_and_prints_it()
    {
        string root = ScratchFile("root");
        Directory.CreateDirectory(root);
        await File.WriteAllTextAsync(root + FileName, Greeting, Token);
        AddLdPath(ScratchFile("another-root"));
        AddLdPath(root);

        UserProgramResult result = await RunAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Output, Is.EqualTo(Greeting), result.Error);
            Assert.That(result.Exit, Is.EqualTo(new ProcessExit(Greeting.Length)));
        }
    }

    [Test]
    public async Task Without_the_L_path_the_file_does_not_exist()
    {
        const int BadFileDescriptor = -9;

        UserProgramResult result = await RunAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Exit, Is.EqualTo(new ProcessExit(BadFileDescriptor & 0xff)));
        }
    }

    private async Task<UserProgramResult> RunAsync()
    {
        string path = ScratchFile("program");
        program.WriteTo(path);
        return await RunCmdAsync(path, FileName);
    }
}
