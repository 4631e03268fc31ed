using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using QemuTest.Assets;

namespace QemuTest.Tool;

/// <summary><c>qemu-test update-assets</c>: moves the pins of distribution packages to what their archives have now.</summary>
internal static class UpdateAssetsCommand
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        Argument<DirectoryInfo> folder = new("folder") { Description = "The manifest's folder, assets-manifest." };
        Option<bool> dryRun = new("--dry-run") { Description = "Only show what would change." };
        Command command = new("update-assets", "Moves the pins of package versions in the manifest, and shows what changed.") { folder, dryRun };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, bool dryRun, CancellationToken cancellationToken)
    {
        AssetSettings settings = AssetSettings.FromEnvironment();
        int changed = 0, failed = 0, looked = 0;
        foreach (FileInfo file in folder.GetFiles("*.json").Where(file => file.Name != "schema.json").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken))!;
            bool fileChanged = false;
            foreach (JsonNode entry in root["assets"]!.AsArray().OfType<JsonNode>())
            {
                string source = (string)entry["sources"]![0]!;
                if (!source.StartsWith("apt:", StringComparison.Ordinal) || entry["sha256"] is null)
                    continue;
                looked++;
                try
                {
                    if (await AptPin.NewestAsync(settings, AptReference.Parse(source), cancellationToken) is not { } newest)
                        continue;
                    changed++;
                    Console.WriteLine($"{entry["name"]}\n  {source}\n  -> {newest.Reference}");
                    if (dryRun)
                        continue;
                    (string sha256, long size) = await newest.MeasureAsync(cancellationToken);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {entry["sha256"]} ({entry["size"]} bytes)\n  -> {sha256} ({size} bytes)"));
                    entry["sources"]![0] = newest.Reference.ToString();
                    entry["sha256"] = sha256;
                    entry["size"] = size;
                    fileChanged = true;
                }
                catch (Exception e) when (e is IOException or QemuTestException)
                {
                    failed++;
                    await Console.Error.WriteLineAsync($"{entry["name"]}: {e.Message}");
                }
            }

            if (fileChanged)
                await File.WriteAllTextAsync(file.FullName, root.ToJsonString(Written) + "\n", cancellationToken);
        }

        Console.WriteLine($"{looked} pins looked at, {changed} {(dryRun ? "would move" : "moved")}, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
