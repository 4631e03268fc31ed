using System.CommandLine;
using QemuTest.Assets;

namespace QemuTest.Tool;

/// <summary><c>qemu-test prune</c>: keeps the asset cache within an age and a size.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var days = new Option<int>("--max-age")
        {
            Description = "Remove the files not used for this number of days. The default is upstream's.",
            HelpName = "days",
            DefaultValueFactory = _ => 183,
        };
        var size = new Option<string>("--max-size")
        {
            Description = "Then remove the least recently used files until the rest is no larger than this, for example 20G.",
            HelpName = "size",
            DefaultValueFactory = _ => "50G",
        };
        size.Validators.Add(result =>
        {
            if (ByteText.Parse(result.GetValueOrDefault<string>()) is null)
                result.AddError($"'{result.GetValueOrDefault<string>()}' is not a size. Give a number of bytes, or a number with K, M, G or T, for example 20G.");
        });
        var command = new Command("prune", "Removes old assets and the rest of broken runs from the cache. Files in use stay.") { days, size };
        command.SetAction(parsed =>
        {
            using var cache = new AssetCache(AssetSettings.FromEnvironment());
            PruneResult result = new CachePrune(cache, TimeSpan.FromDays(parsed.GetValue(days)), ByteText.Parse(parsed.GetValue(size)!)!.Value).Run();
            Console.WriteLine(
                $"{cache.Folder}: removed {result.Files} assets and {result.Leftovers} leftovers ({ByteText.Format(result.Bytes)}); " +
                $"{ByteText.Format(result.BytesLeft)} left; {result.InUse} assets are in use");
        });
        return command;
    }
}
