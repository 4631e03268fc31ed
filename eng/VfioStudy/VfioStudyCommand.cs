using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Tool;
using QemuTest.Vfio;

namespace QemuTest.VfioStudy;

/// <summary><c>vfio-study</c>: measures the downtime of migration with VFIO devices.</summary>
internal static class VfioStudyCommand
{
    private const string Target = "x86_64";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RootCommand Create()
    {
        Option<string> title = new("--title") { Description = "The title.", DefaultValueFactory = _ => "Downtime of migration with VFIO devices" };
        Option<int[]> devices = new("--devices") { Description = "The numbers of devices.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2, 4] };
        Option<string[]> sizes = new("--size") { Description = "The sizes of a device's state, such as 512K or 32M.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["4M", "32M", "128M"] };
        Option<int[]> channels = new("--channels") { Description = "The numbers of multifd channels.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [4] };
        Option<int> samples = new("--samples") { Description = "The number of counted migrations of each kind.", DefaultValueFactory = _ => 30 };
        Option<int> stop = new("--stop-ms") { Description = "The latency of stopping a device, in milliseconds." };
        Option<int> save = new("--save-ms") { Description = "The latency before its state can be read, in milliseconds." };
        Option<int> load = new("--load-ms") { Description = "The latency before it accepts a state, in milliseconds." };
        Option<bool> timeline = new("--timeline") { Description = "Also draw one migration of the last combination, off and on, with its devices, threads and channels." };
        Option<DirectoryInfo> output = new("--output") { Description = "The folder for study.json, study.md and study.svg, and for timeline-off.svg and timeline-on.svg.", Required = true };
        foreach (Option<int[]> counts in new[] { devices, channels })
            counts.Validators.Add(result => { if (result.GetValueOrDefault<int[]>().Any(count => count < 1)) result.AddError($"{counts.Name} must be 1 or more."); });
        samples.Validators.Add(result => { if (result.GetValueOrDefault<int>() < 1) result.AddError("--samples must be 1 or more."); });
        sizes.Validators.Add(result => { if (result.GetValueOrDefault<string[]>().Any(size => ByteText.Parse(size) is null or 0)) result.AddError("--size takes numbers such as 4096, 512K or 32M."); });

        RootCommand command = new("Measures the downtime of migration with VFIO devices in the lab: device state over multifd (on), and without multifd (off).")
        {
            title, devices, sizes, channels, samples, stop, save, load, timeline, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new StudyPlan(
                parsed.GetValue(title)!, parsed.GetValue(devices)!, [.. parsed.GetValue(sizes)!.Select(size => ByteText.Parse(size)!.Value)],
                parsed.GetValue(channels)!, parsed.GetValue(samples), parsed.GetValue(stop), parsed.GetValue(save), parsed.GetValue(load)),
            parsed.GetRequiredValue(output).FullName,
            parsed.GetValue(timeline),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(StudyPlan plan, string folder, bool timeline, CancellationToken cancellationToken = default)
    {
        if (SystemTargets.BinaryFor(Target) is not { } path)
        {
            await Console.Error.WriteLineAsync($"error: no qemu-system-{Target}. Install one (Debian: qemu-system-x86), or name one in {SystemTargets.BinaryVariable}.");
            return 2;
        }

        string logs = Directory.CreateTempSubdirectory("qemu-test-study-").FullName;
        try
        {
            QemuBinary qemu = await QemuBinary.OpenAsync(path, cancellationToken);
            var run = new StudyRun(qemu, plan, logs, Console.WriteLine);
            StudyResult result = await run.RunAsync(cancellationToken);
            Directory.CreateDirectory(folder);
            await WriteAsync("study.json", JsonSerializer.Serialize(result, Json) + "\n");
            await WriteAsync("study.md", StudyTable.Write(result));
            await WriteAsync("study.svg", StudyChart.Write(result));
            if (timeline)
            {
                foreach ((string transfer, string drawing) in await run.DrawAsync(cancellationToken))
                    await WriteAsync($"timeline-{transfer}.svg", drawing);
            }

            return result.Cells.Any(cell => cell.Samples.Count == 0) ? 1 : 0;
        }
        catch (Exception error) when (error is VfioLabException or QemuMachineException or StudyException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return 2;
        }
        finally
        {
            Directory.Delete(logs, recursive: true);
        }

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);
    }
}
