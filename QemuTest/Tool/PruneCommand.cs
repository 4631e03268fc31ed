using System.CommandLine;
using QemuTest.Assets;

namespace QemuTest.Tool;

/// <summary><c>qemu-test prune</c>: keeps the asset cache within an age and a size.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        Option<int> days = new("--max-age")
        {
            Description = "Remove what was not used for so many days (upstream's limit is the default).",
            HelpName = "days",
            DefaultValueFactory = _ => 183,
        };
        Option<string> size = new("--max-size")
        {
            Description = "Then remove the least recently used until the files take no more than this, for example 20G.",
            HelpName = "size",
            DefaultValueFactory = _ => "50G",
        };
        size.Validators.Add(result =>
        {
            if (ByteText.Parse(result.GetValueOrDefault<string>()) is null)
                result.AddError($"'{result.GetValueOrDefault<string>()}' is no size; write a number, with K, M, G or T behind it.");
        });
        Command command = new("prune", "Removes old assets, and what broken runs left in the cache. What is in use stays.") { days, size };
        command.SetAction(parsed =>
        {
            using AssetCache cache = new(AssetSettings.FromEnvironment());
            PruneResult result = new CachePrune(cache, TimeSpan.FromDays(parsed.GetValue(days)), ByteText.Parse(parsed.GetValue(size)!)!.Value).Run();
            Console.WriteLine(
                $"{cache.Folder}: removed {result.Files} assets and {result.Leftovers} leftovers ({ByteText.Format(result.Bytes)}); " +
                $"{ByteText.Format(result.BytesLeft)} left, {result.InUse} spared because in use");
        });
        return command;
    }
}
