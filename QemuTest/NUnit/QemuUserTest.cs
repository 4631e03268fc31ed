using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>A test of a user emulator, which runs single programs of another architecture. Equals upstream's
/// <c>QemuUserTest</c>.</summary>
public abstract class QemuUserTest : QemuBaseTest
{
    private readonly List<string> _libraryPaths = [];

    /// <summary>How long a program may take before it is killed and the test fails. Default: 60 s; upstream has no timeout.</summary>
    protected TimeSpan ProgramTimeout { get; set; } = TimeSpan.FromSeconds(60);

    private protected override bool EmulatesSystem => false;

    /// <summary>Adds a folder in which the program finds its interpreter, libraries and files before it looks in the host's root
    /// (<c>-L</c>); of several, QEMU takes the last. Equals upstream's <c>add_ldpath</c>.</summary>
    public void AddLdPath(string path) => _libraryPaths.Add(Path.GetFullPath(path));

    /// <summary>Runs a program to its end; any exit is an answer. Equals upstream's <c>run_cmd</c>, but passes <c>-L</c> and its path
    /// as two arguments, which QEMU understands.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments.</param>
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
