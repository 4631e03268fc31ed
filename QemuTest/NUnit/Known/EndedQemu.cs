using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>A QEMU of a test that has exited.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Version">The version.</param>
/// <param name="Exit">The exit.</param>
/// <param name="Output">What it wrote.</param>
internal sealed record EndedQemu(string Name, string Version, ProcessExit Exit, string Output)
{
    private const string UnknownVersion = "an unknown version";

    // SIGHUP, SIGINT, SIGKILL, SIGTERM: somebody ended it.
    private static readonly int[] Requests = [1, 2, 9, 15];

    /// <summary>Gets whether it crashed: a signal ended it that nobody sends on purpose.</summary>
    public bool Crashed => Exit.Signal is { } signal && !Requests.Contains(signal);

    /// <summary>Gets the exits of machines. A machine that runs, or never did, has none.</summary>
    public static async Task<IReadOnlyList<EndedQemu>> OfAsync(IEnumerable<QemuMachine> machines)
    {
        List<EndedQemu> ended = [];
        foreach (QemuMachine machine in machines)
        {
            if (machine.Exit is { } exit)
                ended.Add(new(machine.Name, await VersionOfAsync(machine.Binary).ConfigureAwait(false), exit, machine.Output));
        }

        return ended;
    }

    private static async Task<string> VersionOfAsync(string binary)
    {
        try
        {
            return (await QemuBinary.OpenAsync(binary).ConfigureAwait(false)).Version.ToString();
        }
        catch (QemuBinaryException)
        {
            return UnknownVersion;
        }
    }
}
