using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using QemuTest.Machines;
using QemuTest.NUnit;
using QemuTest.Tool;

namespace QemuTest.VfioStudy;

/// <summary><c>eng/vfio-study.sh</c>: measures how long a guest stands still while it migrates with VFIO devices.</summary>
internal static class VfioStudyCommand
{
    private const string Target = "x86_64";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RootCommand Create()
    {
        Option<string> title = new("--title") { Description = "What the study is called.", DefaultValueFactory = _ => "Downtime of migration with VFIO devices" };
        Option<int[]> devices = new("--devices") { Description = "Numbers of devices.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2, 4] };
        Option<string[]> sizes = new("--size") { Description = "Sizes of a device's state, such as 512K or 32M.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["4M", "32M", "128M"] };
        Option<int[]> channels = new("--channels") { Description = "Numbers of multifd channels.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [4] };
        Option<int> samples = new("--samples") { Description = "How many migrations of each kind count.", DefaultValueFactory = _ => 30 };
        Option<int> stop = new("--stop-ms") { Description = "How long a device takes to stop." };
        Option<int> save = new("--save-ms") { Description = "How long it takes until its state can be read." };
        Option<int> load = new("--load-ms") { Description = "How long it takes until it accepts a state." };
        Option<bool> timeline = new("--timeline") { Description = "Also draw devices, threads and channels of one migration of the last combination, off and on." };
        Option<DirectoryInfo> output = new("--output") { Description = "Where study.json, study.md and study.svg go, and timeline-off.svg and timeline-on.svg.", Required = true };
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

    private static async Task<int> RunAsync(StudyPlan plan, string folder, bool timeline, CancellationToken cancellationToken)
    {
        if (SystemTargets.BinaryFor(Target) is not { } path)
        {
            await Console.Error.WriteLineAsync($"error: no qemu-system-{Target}; eng/setup.sh installs one, {SystemTargets.BinaryVariable} names one.");
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
        catch (Exception error) when (error is QemuTestException or InvalidOperationException)
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
