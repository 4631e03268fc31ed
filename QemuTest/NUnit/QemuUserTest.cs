using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>The base of tests of a user emulator, which runs a single program of another architecture.</summary>
/// <remarks><c>qemu_test.QemuUserTest</c> in QEMU's own framework.</remarks>
public abstract class QemuUserTest : QemuBaseTest
{
    private readonly List<string> _libraryPaths = [];

    /// <summary>Gets or sets the timeout of a program. A program that exceeds it is killed. Default: 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not longer than zero, or longer than a day.</exception>
    protected TimeSpan ProgramTimeout { get; set => field = Timeouts.Checked(value, nameof(ProgramTimeout)); } = TimeSpan.FromSeconds(60);

    private protected override bool EmulatesSystem => false;

    /// <summary>Adds a folder in which QEMU looks for the program's interpreter, libraries and files before it looks in the root of the
    /// host (<c>-L</c>). QEMU uses only the last one.</summary>
    /// <remarks><c>add_ldpath</c> in QEMU's own framework.</remarks>
    public void AddLdPath(string path) => _libraryPaths.Add(Path.GetFullPath(path));

    /// <summary>Runs a program until it exits. The exit may be abnormal: check the result.</summary>
    /// <remarks><c>run_cmd</c> in QEMU's own framework.</remarks>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <exception cref="QemuBinaryException">The binary does not exist, cannot be run, or is not QEMU.</exception>
    /// <exception cref="ProgramException">The program did not exit in time and was killed.</exception>
    public async Task<UserProgramResult> RunCmdAsync(string program, params string[] arguments)
    {
        QemuBinary binary = await QemuBinary.OpenAsync(QemuBin, Token).ConfigureAwait(false);
        string[] all = [.. _libraryPaths.SelectMany(path => new[] { "-L", path }), program, .. arguments];
        Log($"run {ShellQuoting.Join([binary.Path, .. all])}");
        ProgramResult result = await ChildProgram.RunAsync(binary.Path, all, ProgramTimeout, cancellationToken: Token).ConfigureAwait(false);
        Log($"it ended with {result.Exit}\n{result.StandardOutput}{result.StandardError}");
        return new UserProgramResult(result.Exit, result.StandardOutput, result.StandardError);
    }
}
