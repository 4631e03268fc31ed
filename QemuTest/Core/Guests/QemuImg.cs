using System.Globalization;
using QemuTest.Processes;

namespace QemuTest.Guests;

/// <summary>The program <c>qemu-img</c>, which creates disk images. Immutable and thread-safe.</summary>
public sealed class QemuImg
{
    private const string Variable = "QEMU_TEST_QEMU_IMG";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private QemuImg(string path) => Path = path;

    /// <summary>The program's path.</summary>
    public string Path { get; }

    /// <summary>Finds the program: the value of the environment variable <c>QEMU_TEST_QEMU_IMG</c> if it is set (meson sets it for QEMU's
    /// own tests), else <c>qemu-img</c> in the build tree (<c>MESON_BUILD_ROOT</c> or <c>QEMU_BUILD_ROOT</c>), else the one in PATH. Returns null if there is none.</summary>
    /// <remarks><c>qemu_test.QemuBaseTest.get_qemu_img</c>, which does not read <c>QEMU_TEST_QEMU_IMG</c>.</remarks>
    public static QemuImg? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new QemuImg(named);
        return BuildRoot.FindProgram("qemu-img") is { } path ? new QemuImg(path) : null;
    }

    /// <summary>Creates an empty image.</summary>
    /// <param name="file">The image's path.</param>
    /// <param name="format">For example <c>qcow2</c>.</param>
    /// <param name="bytes">The disk's size as the guest sees it, in bytes.</param>
    /// <param name="cancellationToken">Cancels the operation and kills the program.</param>
    /// <exception cref="ProgramException">The program is missing, failed, or took more than 60 s (scaled by
    /// <c>QEMU_TEST_TIMEOUT_MULTIPLIER</c>).</exception>
    public async Task CreateAsync(string file, string format, long bytes, CancellationToken cancellationToken = default)
    {
        string[] arguments = ["create", "-q", "-f", format, file, bytes.ToString(CultureInfo.InvariantCulture)];
        ProgramResult result = await ChildProgram.RunAsync(Path, arguments, Timeout, cancellationToken: cancellationToken).ConfigureAwait(false);
        result.Successful();
    }
}
