using QemuTest.NUnit;

namespace QemuTest.Tool;

/// <summary>Prints the facts that the scenarios of a run recorded.</summary>
internal static class ScenarioReport
{
    public static void Print(string folder, TextWriter output)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.EnumerateFiles(folder, "record.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var record = TestRecord.Read(file);
            if (record.Facts is null)
                continue;
            output.WriteLine($"{record.Outcome}: {record.Test}");
            foreach ((string fact, string value) in record.Facts)
                output.WriteLine($"    {fact + ":",-20} {value}");
            output.WriteLine($"    {"logs:",-20} {record.Logs}");
        }
    }
}
