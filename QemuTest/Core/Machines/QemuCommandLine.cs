using System.Globalization;

namespace QemuTest.Machines;

/// <summary>Puts a machine's command line together: what every machine gets first, what the test adds last, so that the test
/// has the last word. The order equals upstream's <c>_base_args</c>.</summary>
internal sealed record QemuCommandLine
{
    public int? QmpDescriptor { get; init; }

    public bool QtestAccelerator { get; init; }

    public int? QtestDescriptor { get; init; }

    public int? ConsoleDescriptor { get; init; }

    public string? ConsoleDevice { get; init; }

    public int ConsoleIndex { get; init; }

    public string? Machine { get; init; }

    public string? BackdoorPath { get; init; }

    public required IReadOnlyList<string> Extra { get; init; }

    public IReadOnlyList<string> Build()
    {
        List<string> arguments = ["-display", "none", "-vga", "none"];
        if (QmpDescriptor is { } qmp)
            arguments.AddRange(["-chardev", Socket("mon", qmp), "-mon", "chardev=mon,mode=control"]);
        if (Machine is not null)
            arguments.AddRange(["-machine", Machine]);
        for (int i = 0; i < ConsoleIndex; i++)
            arguments.AddRange(["-serial", "null"]);
        if (ConsoleDescriptor is { } console)
        {
            arguments.AddRange(["-chardev", Socket("console", console)]);
            arguments.AddRange(ConsoleDevice is null
                ? ["-serial", "chardev:console"]
                : ["-device", $"{ConsoleDevice},chardev=console"]);
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
                "-mon", "chardev=backdoor,mode=control"]);
        return [.. arguments, .. Extra];
    }

    private static string Socket(string id, int descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"socket,id={id},fd={descriptor}");
}
