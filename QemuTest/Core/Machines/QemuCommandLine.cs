using System.Globalization;

namespace QemuTest.Machines;

/// <summary>Builds the command line of a machine. The arguments of the test come last, so that they override the others.</summary>
/// <remarks>The order is that of <c>QEMUMachine._base_args</c> in QEMU's own framework.</remarks>
internal sealed record QemuCommandLine
{
    public int? QmpDescriptor { get; init; }

    /// <summary>Gets whether monitors are objects. QEMU deprecates <c>-mon</c> where they are.</summary>
    public bool MonitorObjects { get; init; }

    public bool QtestAccelerator { get; init; }

    public int? QtestDescriptor { get; init; }

    public int? ConsoleDescriptor { get; init; }

    public string? ConsoleDevice { get; init; }

    public int ConsoleIndex { get; init; }

    public bool SemihostingConsole { get; init; }

    public string? Machine { get; init; }

    public string? BackdoorPath { get; init; }

    public required IReadOnlyList<string> Extra { get; init; }

    public IReadOnlyList<string> Build()
    {
        List<string> arguments = ["-display", "none", "-vga", "none"];
        if (QmpDescriptor is { } qmp)
            arguments.AddRange(["-chardev", Socket("mon", qmp), .. Monitor("mon")]);
        if (Machine is not null)
            arguments.AddRange(["-machine", Machine]);
        for (int i = 0; i < ConsoleIndex; i++)
            arguments.AddRange(["-serial", "null"]);
        if (ConsoleDescriptor is { } console)
        {
            arguments.AddRange(["-chardev", Socket("console", console)]);
            arguments.AddRange(SemihostingConsole
                ? ["-semihosting-config", "enable=on,chardev=console"]
                : ConsoleDevice is null ? ["-serial", "chardev:console"] : ["-device", $"{ConsoleDevice},chardev=console"]);
        }

        if (QtestDescriptor is { } qtest)
        {
            arguments.AddRange(["-chardev", Socket("qtest", qtest), "-qtest", "chardev:qtest", "-accel", QtestAccelerator ? "qtest" : "tcg"]);
            if (!QtestAccelerator)
                arguments.Add("-S");
        }

        if (BackdoorPath is not null)
            arguments.AddRange([
                "-chardev", $"socket,id=backdoor,path={BackdoorPath.Replace(",", ",,", StringComparison.Ordinal)},server=on,wait=off",
                .. Monitor("backdoor")]);
        return [.. arguments, .. Extra];
    }

    private string[] Monitor(string chardev) => MonitorObjects
        ? ["-object", $"monitor-qmp,id=qmp-{chardev},chardev={chardev}"]
        : ["-mon", $"chardev={chardev},mode=control"];

    private static string Socket(string id, int descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"socket,id={id},fd={descriptor}");
}
