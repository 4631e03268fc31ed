using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Assets;

namespace QemuTest.Tool;

/// <summary><c>qemu-test update-assets</c>: moves the pins of distribution packages to the newest versions in their archives.</summary>
internal static class UpdateAssetsCommand
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder")
        {
            Description = "The folder of the manifest.",
            DefaultValueFactory = _ => new DirectoryInfo("assets-manifest"),
        };
        folder.AcceptExistingOnly();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show the changes." };
        var command = new Command("update-assets", "Moves the pinned package versions in the manifest to the newest ones, and shows the changes.") { folder, dryRun };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, bool dryRun, CancellationToken cancellationToken)
    {
        var settings = AssetSettings.FromEnvironment();
        int changed = 0, failed = 0, pins = 0;
        foreach (FileInfo file in folder.GetFiles("*.json").Where(file => file.Name != "schema.json").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken))!;
            bool fileChanged = false;
            foreach (JsonNode entry in root["assets"]!.AsArray().OfType<JsonNode>())
            {
                string source = (string)entry["sources"]![0]!;
                if (!source.StartsWith("apt:", StringComparison.Ordinal) || entry["sha256"] is null)
                    continue;
                pins++;
                try
                {
                    if (await AptPin.NewestAsync(settings, AptReference.Parse(source), cancellationToken) is not { } newest)
                        continue;
                    changed++;
                    Console.WriteLine($"{entry["name"]}\n  {source}\n  -> {newest}");
                    if (dryRun)
                        continue;
                    (string sha256, long size) = await AptPin.MeasureAsync(settings, newest, cancellationToken);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {entry["sha256"]} ({entry["size"]} bytes)\n  -> {sha256} ({size} bytes)"));
                    entry["sources"]![0] = newest.ToString();
                    entry["sha256"] = sha256;
                    entry["size"] = size;
                    fileChanged = true;
                }
                catch (Exception error) when (error is IOException or QemuTestException)
                {
                    failed++;
                    await Console.Error.WriteLineAsync($"{entry["name"]}: {error.Message}");
                }
            }

            if (fileChanged)
                await File.WriteAllTextAsync(file.FullName, root.ToJsonString(Written) + "\n", cancellationToken);
        }

        Console.WriteLine($"{pins} pins: {changed} {(dryRun ? "would move" : "moved")}, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
